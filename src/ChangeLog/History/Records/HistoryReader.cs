using ChangeLog.Keys;
using ChangeLog.Postgres;
using Npgsql;

namespace ChangeLog.History.Records;

/// <summary>Reads a record's history from the handlers' index, plus what they have not handled yet.</summary>
/// <remarks>Runs in one snapshot, so that a change handled meanwhile is neither missed nor shown twice.</remarks>
internal sealed class HistoryReader(NpgsqlConnection connection)
{
    private const string Boundary = /* language=sql */
        "(select changelog.boundary())";

    private const string Filter = /* language=sql */
        """
        ($6::timestamptz is null or d.logged_at >= $6)
        and ($7::timestamptz is null or d.logged_at < $7)
        and ($8::text is null or d.actor_id = logs.index_key($8))
        and ($9 = '{}' or d.changed_columns && $9)
        and ($10::bigint is null or d.position >= $10)
        and ($11::bigint is null or d.position < $11)
        """;

    // as Filter, of what enrich has not handled yet
    private const string UnhandledFilter = /* language=sql */
        """
        ($6::timestamptz is null or c.logged_at >= $6)
        and ($7::timestamptz is null or c.logged_at < $7)
        and ($8::text is null or t.actor_id = $8)
        and ($9 = '{}' or c.previous_data ?| $9)
        and ($10::bigint is null or c.position >= $10)
        and ($11::bigint is null or c.position < $11)
        """;

    // a truncated table ends every record's history without naming it; below the boundary an oid is another cluster's
    private const string OwnKeys = /* language=sql */
        $"""
        select d.position, d.logged_at, d.action
        from logs.change_details d
        where d.table_oid = any($1 || $5)
        and (d.record_id in (select logs.index_key(k) from unnest($2) k) or $12 and d.record_id is null
            and d.action = 'truncate')
        and case
            when d.position > {Boundary} then d.table_oid = any($1)
            else exists (
                select
                from logs.change c
                where c.position = d.position
                and c.logged_at = d.logged_at
                and c.table_schema || '.' || c.table_name = any($3))
        end
        and {Filter}
        """;

    private const string OfTheTable = /* language=sql */
        $"""
        case
            when c.position > {Boundary} then c.table_oid = any($1)
            else c.table_schema || '.' || c.table_name = any($3)
        end
        """;

    private const string ChildKeys = /* language=sql */
        $"""
        select distinct d.position, d.logged_at, d.action
        from logs.change_links l
        join logs.change_details d on d.position = l.position and d.logged_at = l.logged_at
        where l.linked_table = any($3)
        and l.linked_id in (select logs.index_key(k) from unnest($2) k)
        and {Filter}
        """;

    private const string Handled = /* language=sql */
        $"""
        select k.action, {LoggedChangeRows.Columns}
        from (select * from keys order by position desc limit $4) k
        join logs.change c on c.position = k.position and c.logged_at = k.logged_at
        left join logs.transaction t on t.xid = c.xid and t.logged_at = c.logged_at
        order by c.position
        """;

    private const string Unhandled = /* language=sql */
        $"""
        select null::text, {LoggedChangeRows.Columns}
        from changelog.unhandled_changes('enrich') c
        left join logs.transaction t on t.xid = c.xid and t.logged_at = c.logged_at
        where {OfTheTable} and (c.record_id = any($2) or $12 and c.op = 'T')
        and {UnhandledFilter}
        order by c.position
        """;

    // a child is in the index once both handlers have handled it; until then derive it as the handler would
    private const string UnhandledWithChildren = /* language=sql */
        $"""
        , unhandled as materialized (
            select * from changelog.unhandled_changes('enrich')
            union
            select * from changelog.unhandled_changes('index')
        ), children as materialized (
            select l.position
            from logs.page_links(
                (select array_agg(u.position order by u.position) from unhandled u),
                (select min(u.logged_at) from unhandled u),
                (select max(u.logged_at) from unhandled u)) l
            where l.linked_table = any($3)
            and l.linked_id in (select logs.index_key(k) from unnest($2) k)
        )
        select null::text, {LoggedChangeRows.Columns}
        from unhandled c
        left join logs.transaction t on t.xid = c.xid and t.logged_at = c.logged_at
        where c.position not in (select position from keys)
        and (
            {OfTheTable} and (c.record_id = any($2) or $12 and c.op = 'T')
            or c.position in (select position from children))
        and {UnhandledFilter}
        order by c.position
        """;

    private const string Gaps = /* language=sql */
        """
        select v.valid_from, v.valid_until, v.reason
        from changelog.coverage v
        where v.table_oid = any($1)
        and not v.captured
        order by v.valid_from
        """;

    /// <summary>The changes of a record under each of its keys.</summary>
    public async Task<RecordHistory> ReadAsync(
        KnownTable table,
        IReadOnlyList<KeyPeriod> periods,
        HistoryFilter filter,
        CancellationToken cancellationToken)
    {
        List<RecordHistory> parts = [];
        foreach (var period in periods)
        {
            parts.Add(await ReadAsync(table, period, filter, cancellationToken));
        }

        // a child that has followed its parent's key refers to both
        var read = parts.SelectMany(part => part.Changes).ToList();
        var changes = read.DistinctBy(change => change.Position).OrderBy(change => change.Position).ToList();
        var history = new RecordHistory(
            [.. changes.TakeLast(filter.Limit)],
            parts.Sum(part => part.Total) - (read.Count - changes.Count),
            changes.Count(change => !change.Handled),
            []);
        // what a filter has left out is no gap
        return filter.HasHoles
            ? history
            : await WithUnseenAsync(
                table, [.. periods.SelectMany(period => period.Keys)], history, cancellationToken);
    }

    private async Task<RecordHistory> ReadAsync(
        KnownTable table, KeyPeriod period, HistoryFilter filter, CancellationToken cancellationToken)
    {
        Parameter[] parameters =
        [
            Parameter.Oids(table.Oids),
            Parameter.Texts(period.Keys),
            Parameter.Texts(table.Names),
            filter.Limit,
            Parameter.Oids(table.NamedOids),
            filter.Since?.UtcDateTime,
            filter.Until?.UtcDateTime,
            filter.Actor,
            Parameter.Texts(filter.Columns),
            period.From,
            period.Until,
            period.IsAskedFor,
        ];
        var wanted = filter.Children ? $"{OwnKeys}\nunion\n{ChildKeys}" : OwnKeys;
        var handled = await ChangesAsync($"with keys as (\n{wanted}\n)\n{Handled}", parameters, cancellationToken);
        var count = (await connection.RowsAsync(
            $"select count(*), count(*) filter (where action <> 'truncate') from (\n{wanted}\n) keys",
            row => (All: row.GetInt64(0), OfRecords: row.GetInt64(1)),
            parameters,
            cancellationToken))[0];
        var unhandled = await ChangesAsync(
            filter.Children
                ? $"with keys as (\n{wanted}\n)\n{UnhandledWithChildren}"
                : Unhandled, parameters, cancellationToken);

        // a truncated table is no history of a record that never existed
        return count.OfRecords == 0 && unhandled.All(change => change.Op == "T")
            ? new RecordHistory([], 0, 0, [])
            : new RecordHistory([.. handled, .. unhandled], count.All + unhandled.Count, unhandled.Count, []);
    }

    private async Task<RecordHistory> WithUnseenAsync(
        KnownTable table, IReadOnlyList<string> keys, RecordHistory history, CancellationToken cancellationToken)
    {
        var gaps = await connection.RowsAsync(
            Gaps,
            row => new UncapturedTime(
                row.GetFieldValue<DateTimeOffset>(0), row.GetFieldValue<DateTimeOffset?>(1), row.GetString(2)),
            [Parameter.Oids(table.Oids)],
            cancellationToken);
        var own = history.Changes.Where(change =>
            table.Oids.Contains(change.TableOid) && (change.Op == "T" || keys.Contains(change.RecordId)));
        return history with { Unseen = [.. new UnseenChanges(table.Key, gaps).Between(own)] };
    }

    private Task<List<LoggedChange>> ChangesAsync(
        string sql, Parameter[] parameters, CancellationToken cancellationToken) =>
        LoggedChangeRows.ReadAsync(connection, sql, parameters, cancellationToken);
}
