using ChangeLog.Postgres;
using Npgsql;

namespace ChangeLog.Status;

/// <summary>Why a handler makes no progress, and its dead letters.</summary>
/// <param name="Handler">Its name.</param>
/// <param name="DeadLetters">How many are open.</param>
/// <param name="FailingSince">Since when it makes no progress; null if it does.</param>
/// <param name="PausedSince">Since when it is down; null if it is not.</param>
/// <param name="Error">The failure.</param>
/// <param name="Where">The failing change or event, and its position.</param>
internal sealed record HandlerTrouble(
    string Handler,
    long DeadLetters,
    DateTimeOffset? FailingSince,
    DateTimeOffset? PausedSince,
    string? Error,
    string? Where)
{
    private const string Select = /* language=sql */
        """
        select
            coalesce(c.handler, d.handler),
            coalesce(d.open, 0),
            f.failing_since,
            f.paused_since,
            f.error,
            f.kind || ' at position ' || f.position
        from changelog.cursor c
        left join changelog.handler_failure f on f.handler = c.handler and f.failed_at > c.updated_at
        full join (
            select handler, count(*) as open
            from changelog.dead_letter
            where resolved_at is null
            group by handler) d on d.handler = c.handler
        where d.open > 0
        or f.handler is not null
        order by 1
        """;

    public static Task<List<HandlerTrouble>> ReadAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.RowsAsync(Select, Read, [], cancellationToken);

    private static HandlerTrouble Read(NpgsqlDataReader row) => new(
        row.GetString(0), row.GetInt64(1), row.TimeOrNull(2), row.TimeOrNull(3), row.TextOrNull(4),
        row.TextOrNull(5) ?? "start");
}
