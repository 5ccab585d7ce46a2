using ChangeLog.Postgres;
using ChangeLogWorker.Triggers.Redaction;
using Npgsql;

namespace ChangeLog.Redaction;

/// <summary>What was redacted in the log, or would be with <c>--dry-run</c>.</summary>
/// <param name="Table">The changes' table; null: everything that an actor did.</param>
/// <param name="Column">The column, key or pattern; null: whole records.</param>
/// <param name="Record">Whether it was one record or one actor; which is not shown, since it may be a name.</param>
/// <param name="Way">How values were replaced.</param>
/// <param name="Changes">How many changes were rewritten; null: not searched.</param>
/// <param name="Events">How many domain events.</param>
/// <param name="Contexts">How many transactions' contexts.</param>
/// <param name="From">When the first of these was logged; null: nothing was rewritten.</param>
/// <param name="Until">When the last was.</param>
/// <param name="IsRedactedFromNowOn">Whether future values are redacted too.</param>
/// <param name="Keys">For a record: how many keys the log has for it, since updates may have changed it.</param>
internal sealed record RedactionReport(
    string? Table,
    string? Column,
    bool Record,
    RedactionMethod Way,
    long? Changes,
    long? Events,
    long? Contexts,
    DateTimeOffset? From,
    DateTimeOffset? Until,
    bool IsRedactedFromNowOn,
    int? Keys = null)
{
    // a transaction's own position is followed by those of its changes
    private const string Period = /* language=sql */
        """
        select least(
            (select logged_at from logs.change where position >= p.position order by position limit 1),
            (select created_at from lib_event.event where position >= p.position order by position limit 1))
        from (values (1, $1), (2, $2)) p (place, position)
        order by p.place
        """;

    public static async Task<RedactionReport> ReadAsync(
        NpgsqlConnection connection,
        string? table,
        string? column,
        RedactionMethod way,
        RedactionCounts counts,
        bool isRedactedFromNowOn,
        CancellationToken cancellationToken)
    {
        var period = counts.Positions is var (first, last)
            ? await connection.ColumnAsync<DateTimeOffset>(Period, [first, last], cancellationToken)
            : [];
        return new RedactionReport(
            table,
            column,
            column is null,
            way,
            counts.Changes,
            counts.Events,
            counts.Contexts,
            period is [var from, _] ? from : null,
            period is [_, var until] ? until : null,
            isRedactedFromNowOn);
    }
}
