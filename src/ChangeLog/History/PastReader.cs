using System.Text.Json;
using ChangeLog.Keys;
using ChangeLog.Postgres;
using Npgsql;

namespace ChangeLog.History;

/// <summary>Reads a record as it was at a moment, and what has become of records between two.</summary>
/// <remarks>To be run in one snapshot, in which the moments mean the same to every statement.</remarks>
internal sealed class PastReader(NpgsqlConnection connection)
{
    // of m.moment; a dropped table goes by its name
    private const string RecordThen = /* language=sql */
        """
        case
            when $1 <> 0 then logs.as_of($1::regclass, $3, m.moment)
            else (
                select logs.as_of(pg_catalog.format('%I.%I', v.table_schema, v.table_name), $3, m.moment)
                from changelog.coverage v
                where v.table_schema || '.' || v.table_name = $2
                limit 1)
        end
        """;

    private const string Record = /* language=sql */
        $"select ({RecordThen})::text from (select $4) m (moment)";

    private const string NetChange = /* language=sql */
        $"""
        select $3, k.action, k.record_data::text, k.previous_data::text
        from changelog.net_change(
            (select {RecordThen} from (select $4) m (moment)),
            (select {RecordThen} from (select $5) m (moment))) k
        where k.action is not null
        """;

    // numbers in their own order
    private const string NetChanges = /* language=sql */
        """
        select
            k.record_id, k.action, k.record_data::text, k.previous_data::text,
            count(*) filter (where k.action = 'create') over (),
            count(*) filter (where k.action = 'update') over (),
            count(*) filter (where k.action = 'delete') over ()
        from changelog.net_changes($1, $2, $3) k
        order by case when k.record_id ~ '^[0-9]{1,18}$' then k.record_id::bigint end, k.record_id collate "C"
        limit $4
        """;

    /// <summary>The record as it was; null if it did not exist.</summary>
    public Task<JsonElement?> RecordAsync(
        KnownTable table, string record, DateTimeOffset moment, CancellationToken cancellationToken) =>
        connection.RowAsync(
            Record,
            row => row.JsonOrNull(0),
            [OidOf(table), table.Name, record, moment.UtcDateTime],
            cancellationToken);

    /// <summary>What has become of a record.</summary>
    public async Task<NetChanges> DifferenceAsync(
        KnownTable table, string record, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var changes = await connection.RowsAsync(
            NetChange,
            Read,
            [OidOf(table), table.Name, record, from.UtcDateTime, to.UtcDateTime],
            cancellationToken);
        long Count(string action) => changes.Count(change => change.Action == action);
        return new NetChanges(Count("create"), Count("update"), Count("delete"), changes);
    }

    /// <summary>What has become of all records of a table that exists and has a key.</summary>
    public async Task<NetChanges> DifferencesAsync(
        KnownTable table, DateTimeOffset from, DateTimeOffset to, int limit, CancellationToken cancellationToken)
    {
        var found = await connection.RowsAsync(
            NetChanges,
            row => new NetChanges(row.GetInt64(4), row.GetInt64(5), row.GetInt64(6), [Read(row)]),
            [OidOf(table), from.UtcDateTime, to.UtcDateTime, limit],
            cancellationToken);
        return found is [var first, ..]
            ? first with { Changes = [.. found.SelectMany(one => one.Changes)] }
            : new NetChanges(0, 0, 0, []);
    }

    private static uint OidOf(KnownTable table) => table.Lives ? table.Oids[0] : 0;

    private static NetChange Read(NpgsqlDataReader row) =>
        new(row.GetString(0), row.GetString(1), row.JsonOrNull(2)!.Value, row.JsonOrNull(3));
}
