using ChangeLog.Postgres;
using Npgsql;

namespace ChangeLog.Redaction;

/// <summary>
/// Removes raw values from the log, a stretch of positions or transaction ids at a time, each with an audit event.
/// </summary>
/// <remarks>A stretch is one transaction; an interrupted redaction is run again and does the rest.</remarks>
internal sealed class LogRedaction(NpgsqlConnection connection, bool isPlan, long stretch = LogRedaction.Stretch)
{
    public const long Stretch = 100_000;

    public const long Whole = long.MaxValue / 2;

    private const string Bounds = /* language=sql */
        """
        select
            least(
                (select min(position) from logs.change),
                (select min(position) from lib_event.event),
                pg_catalog.pg_sequence_last_value('lib_event.position')) - 1,
            pg_catalog.pg_sequence_last_value('lib_event.position')
        """;

    private const string Rewrite = /* language=sql */
        "select rewritten, timeline_entries from changelog.redact_logged($1, $2, changelog.kept_redaction($3), $4, "
        + "$5, $6)";

    private const string RewriteEvents = /* language=sql */
        "select changelog.redact_events($1, $2, $3), 0::bigint";

    private const string RewriteContexts = /* language=sql */
        "select changelog.redact_contexts($1, $2, $3), 0::bigint";

    // ids are far apart if others use the server too: skip the gaps
    private const string NextTransaction = /* language=sql */
        "select xid from logs.transaction where xid > $1 order by xid limit 1";

    private const string NextPosition = /* language=sql */
        """
        select least(
            (select min(position) from logs.change where position > $1),
            (select min(position) from lib_event.event where position > $1),
            $2)
        """;

    private const string LeaveEvent = /* language=sql */
        """
        select lib_event.store(
            'changelog.redaction.performed',
            jsonb_strip_nulls(
                jsonb_build_object('db_user', session_user, 'changes', $2::bigint, 'events', $3::bigint, 'contexts',
                    $4::bigint))
            || $1)
        """;

    /// <param name="steps">What to do in each stretch, in order; contexts last.</param>
    /// <param name="description">A JSON object for the audit events.</param>
    /// <param name="cancellationToken">Stops it after a stretch, which stays done.</param>
    public async Task<RedactionCounts> RunAsync(
        IReadOnlyList<RedactionStep> steps, string description, CancellationToken cancellationToken)
    {
        var counts = default(RedactionCounts);
        var ofPositions = steps.Where(step => step.Place is not RedactedPlace.Contexts).ToList();
        if (ofPositions.Count > 0)
        {
            var (after, last) = (await connection.RowsAsync(
                Bounds, row =>
                    (row.GetFieldValue<long?>(0) ?? 0, row.GetFieldValue<long?>(1) ?? 1), [], cancellationToken))[0];
            for (; after < last; after = await NextPositionAsync(after + stretch, last, cancellationToken) - 1)
            {
                counts = counts.Add(await RunStretchAsync(
                    ofPositions, step =>
                        OfPositions(step, after, isLast: after + stretch >= last), description, cancellationToken));
            }
        }

        var ofContexts = steps.Where(step => step.Place is RedactedPlace.Contexts).ToList();
        if (ofContexts.Count > 0)
        {
            counts = counts.Add(RedactedPlace.Contexts, []);
            for (var until = 0UL; await NextTransactionAsync(until, cancellationToken) is { } first;)
            {
                until = first + (ulong)stretch - 1;
                counts = counts.Add(await RunStretchAsync(
                    ofContexts, step => OfTransactions(step, first - 1, until), description, cancellationToken));
            }
        }

        return counts;
    }

    // the last stretch ends at the last position: skip the gap between two installations' positions
    private async Task<long> NextPositionAsync(long after, long last, CancellationToken cancellationToken)
    {
        if (after >= last)
        {
            return last + 1;
        }

        return await connection.ValueAsync<long>(NextPosition, [after, last], cancellationToken);
    }

    private async Task<ulong?> NextTransactionAsync(ulong after, CancellationToken cancellationToken)
    {
        var found = await connection.ColumnAsync<ulong>(NextTransaction, [after], cancellationToken);
        return found.Count == 0 ? null : found[0];
    }

    private async Task<RedactionCounts> RunStretchAsync(
        IEnumerable<RedactionStep> steps,
        Func<RedactionStep, (string Sql, Parameter[] Parameters)> statementOf,
        string description,
        CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var counts = default(RedactionCounts);
        var seen = new HashSet<long>();
        var entries = 0L;
        foreach (var step in steps)
        {
            var (sql, parameters) = statementOf(step);
            var (rewritten, ofTimelines) = await Command(sql).RowAsync(
                row => (row.GetFieldValue<long[]>(0), row.GetInt64(1)), parameters, cancellationToken);

            // an entry may be rewritten for two columns
            counts = counts.Add(step.Place, [.. rewritten.Where(seen.Add)]);
            entries += ofTimelines;
        }

        if (!isPlan)
        {
            // an interrupted run may have left only a timeline
            if (counts.Total + entries > 0)
            {
                await LeaveEventAsync(description, counts, cancellationToken);
            }

            await transaction.CommitAsync(cancellationToken);
        }

        return counts;
    }

    private (string Sql, Parameter[] Parameters) OfPositions(RedactionStep step, long after, bool isLast) =>
        step.Place is RedactedPlace.Changes
            ? (Rewrite,
                [
                    Parameter.Oids(step.Oids),
                    Parameter.Texts(step.Names),
                    Parameter.Json(step.What),
                    after,
                    after + stretch,
                    isLast,
                ])
            : (RewriteEvents, [Parameter.Json(step.What), after, after + stretch]);

    private static (string Sql, Parameter[] Parameters) OfTransactions(RedactionStep step, ulong after, ulong until) =>
        (RewriteContexts, [Parameter.Json(step.What), after, until]);

    private NpgsqlCommand Command(string sql) => new(sql, connection) { CommandTimeout = 0 };

    private Task<int> LeaveEventAsync(
        string description, RedactionCounts counts, CancellationToken cancellationToken) =>
        Command(LeaveEvent).ExecuteAsync(
            [Parameter.Json(description), counts.Changes, counts.Events, counts.Contexts], cancellationToken);
}
