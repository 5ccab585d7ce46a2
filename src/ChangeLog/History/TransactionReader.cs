using System.Net;
using ChangeLog.Postgres;
using ChangeLog.Reading;
using Npgsql;

namespace ChangeLog.History;

/// <summary>Resolves an announced id to a recorded transaction or a domain event.</summary>
internal sealed class TransactionReader(NpgsqlConnection connection)
{
    private const string Ids = /* language=sql */
        """
        select t.event__id from logs.transaction t where t.event__id between $1 and $2
        union
        select e.event__id from lib_event.event e where e.event__id between $1 and $2
        order by 1
        limit 3
        """;

    private const string Transaction = /* language=sql */
        """
        select
            t.position, t.xid::text, t.logged_at,
            t.actor_id, t.db_user, t.db_role, t.application_name, t.client_addr, t.context::text
        from logs.transaction t
        where t.event__id = $1
        """;

    // from the handlers' tables, since the log is indexed by position only, plus what they have not handled yet; offset
    // keeps the planner (seen on PostgreSQL 13) from reading the whole log instead of looking up a few positions
    internal const string Keys = /* language=sql */
        """
        select c.position, c.logged_at
        from logs.transaction t
        cross join lateral (
            select d.position, d.logged_at
            from logs.change_details d
            where d.logged_at = t.logged_at
            offset 0) d
        cross join lateral (
            select c.position, c.logged_at
            from logs.change c
            where c.position = d.position and c.logged_at = d.logged_at and c.xid = t.xid
            offset 0) c
        where t.event__id = $1
        union
        select c.position, c.logged_at
        from logs.transaction t
        join changelog.unhandled_changes('enrich') c on c.logged_at = t.logged_at and c.xid = t.xid
        where t.event__id = $1
        union
        select c.position, c.logged_at
        from logs.transaction t
        join changelog.dead_letter l on l.handler = 'enrich' and l.kind = 'change' and l.logged_at = t.logged_at
        join logs.change c on c.position = l.position and c.logged_at = l.logged_at and c.xid = t.xid
        where t.event__id = $1
        """;

    private const string Changes = /* language=sql */
        $"""
        select d.action, {LoggedChangeRows.Columns}
        from (
        select k.position, k.logged_at from (
        {Keys}
        ) k
        order by k.position
        limit $2
        ) k
        join logs.change c on c.position = k.position and c.logged_at = k.logged_at
        join logs.transaction t on t.xid = c.xid and t.logged_at = c.logged_at
        left join logs.change_details d on d.position = c.position and d.logged_at = c.logged_at
        order by c.position
        """;

    private const string Event = /* language=sql */
        $"""
        select e.event_type, {EntryRows.OccurredAt}, e.created_at, v.headers::text, v.payload::text
        from lib_event.event e
        join lib_events.events v on v.event__id = e.event__id
        where e.event__id = $1
        """;

    /// <summary>The ids that begin so, at most three.</summary>
    public Task<List<Guid>> IdsAsync(EventIdPrefix prefix, CancellationToken cancellationToken) =>
        connection.ColumnAsync<Guid>(Ids, [prefix.First, prefix.Last], cancellationToken);

    public async Task<RecordedTransaction?> TransactionAsync(Guid id, int limit, CancellationToken cancellationToken)
    {
        var found = await connection.RowsAsync(
            Transaction,
            row => new RecordedTransaction(
                id, row.GetInt64(0), row.GetString(1), row.GetFieldValue<DateTimeOffset>(2), Origin(row), 0, []),
            [id], cancellationToken);
        if (found.Count == 0)
        {
            return null;
        }

        var changes = await LoggedChangeRows.ReadAsync(connection, Changes, [id, limit], cancellationToken);
        var total = changes.Count < limit
            ? changes.Count
            : await connection.ValueAsync<long>($"select count(*) from (\n{Keys}\n) keys", [id], cancellationToken);
        return found[0] with { Total = total, Changes = changes };
    }

    public async Task<StoredEvent?> EventAsync(Guid id, CancellationToken cancellationToken) =>
        (await connection.RowsAsync(
            Event,
            row => new StoredEvent(
                id,
                row.GetString(0),
                row.GetFieldValue<DateTimeOffset>(1),
                row.GetFieldValue<DateTimeOffset>(2),
                row.JsonOrNull(3),
                row.JsonOrNull(4)),
            [id], cancellationToken)).FirstOrDefault();

    private static Origin Origin(NpgsqlDataReader row) => new(
        row.TextOrNull(3),
        row.TextOrNull(4),
        row.TextOrNull(5),
        row.TextOrNull(6),
        row.IsDBNull(7) ? null : row.GetFieldValue<IPAddress>(7).ToString(),
        row.JsonOrNull(8));
}
