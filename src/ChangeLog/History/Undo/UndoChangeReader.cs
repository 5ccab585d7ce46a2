using System.Net;
using System.Text.Json;
using ChangeLog.History.Undo.Tables;
using ChangeLog.Postgres;
using Npgsql;

namespace ChangeLog.History.Undo;

/// <summary>Reads the changes that are undone, and all later ones of the same rows, whoever made them.</summary>
internal sealed class UndoChangeReader(NpgsqlConnection connection)
{
    // oids of a log that came from another cluster mean nothing here
    private const string Undone = /* language=sql */
        """
        select
            c.position,
            c.table_oid,
            case
                when c.position > (select changelog.boundary()) then c.table_oid
                else to_regclass(format('%I.%I', c.table_schema, c.table_name))::oid
            end,
            c.table_schema || '.' || c.table_name,
            c.record_id,
            c.op::text
        from logs.change c
        where c.position = any($1)
        and c.logged_at between $2 and $3
        and c.op <> 'S'
        order by c.position
        """;

    // of a changed key the former one counts too; no key has no columns
    private const string OfRows = /* language=sql */
        $"""
        {FeedReader.Unhandled}, found as (
            select u.*
            from unhandled u
            where u.table_oid = any($1)
            union all
            select l.*
            from logs.change_details d
            cross join lateral (
                select c.*
                from logs.change c
                where c.position = d.position
                and c.logged_at = d.logged_at
                offset 0) l
            where d.table_oid = any($1)
            and d.position >= $2
            and (
                d.record_id = any(array(select logs.index_key(k) from unnest($3) k))
                or d.record_id is null
                or d.changed_columns && $4)
        ), keyed as (
            select
                f.*,
                case
                    when f.op <> 'U' or not f.previous_data ?| $4 then null
                    when cardinality($4) = 1 then (f.record_data || f.previous_data) ->> ($4)[1]
                    else logs.record_key(f.record_data || f.previous_data, $4)
                end as former_id
            from found f
            where f.position >= $2
            and f.op <> 'S'
            and (
                f.position > (select changelog.boundary())
                or f.table_schema || '.' || f.table_name = $5)
        )
        select
            c.position, c.logged_at, t.event__id, c.op::text, c.record_id, c.former_id,
            t.actor_id, t.db_user, t.db_role, t.application_name, t.client_addr, t.context::text,
            c.record_data::text, c.previous_data::text
        from keyed c
        left join logs.transaction t on t.xid = c.xid and t.logged_at = c.logged_at
        where c.record_id = any($3)
        or c.former_id = any($3)
        or c.op = 'T'
        order by c.position
        """;

    public Task<List<UndoneChange>> UndoneAsync(
        IReadOnlyCollection<LoggedChange> changes, CancellationToken cancellationToken) =>
        connection.RowsAsync(
            Undone,
            row => new UndoneChange(
                row.GetInt64(0),
                row.GetFieldValue<uint>(1),
                row.IsDBNull(2) ? null : row.GetFieldValue<uint>(2),
                row.GetString(3),
                row.TextOrNull(4),
                row.GetString(5)),
            [
                changes.Select(change => change.Position).ToArray(),
                changes.Min(change => change.LoggedAt).UtcDateTime,
                changes.Max(change => change.LoggedAt).UtcDateTime,
            ],
            cancellationToken);

    /// <summary>All changes of the rows of a table from the first that is undone, also under other keys.</summary>
    public async Task<List<UndoChange>> OfRowsAsync(
        UndoTable table, IReadOnlyCollection<UndoneChange> undone, CancellationToken cancellationToken)
    {
        var keys = undone.Select(change => change.RecordId).OfType<string>().ToHashSet();
        while (true)
        {
            var changes = await connection.RowsAsync(
                OfRows,
                Read,
                [
                    Parameter.Oids(undone.Select(change => change.LoggedOid).Append(table.Oid).Distinct()),
                    undone.Min(change => change.Position),
                    Parameter.Texts(keys),
                    Parameter.Texts(table.Key.Select(column => column.Name)),
                    table.Name,
                ],
                cancellationToken);
            var known = keys.Count;
            keys.UnionWith(changes.SelectMany(change => new[] { change.RecordId, change.FormerId }).OfType<string>());
            if (keys.Count == known)
            {
                return changes;
            }
        }
    }

    private static UndoChange Read(NpgsqlDataReader row)
    {
        var op = row.GetString(3);
        var after = Values(row.JsonOrNull(12));
        var previous = Values(row.JsonOrNull(13));
        var former = previous is null ? null : new Dictionary<string, JsonElement>(after!);
        foreach (var (column, value) in previous ?? [])
        {
            former![column] = value;
        }

        return new UndoChange(
            row.GetInt64(0),
            row.GetFieldValue<DateTimeOffset>(1),
            row.GetFieldValue<Guid?>(2),
            op,
            row.TextOrNull(4),
            row.TextOrNull(5),
            new Origin(
                row.TextOrNull(6),
                row.TextOrNull(7),
                row.TextOrNull(8),
                row.TextOrNull(9),
                row.IsDBNull(10) ? null : row.GetFieldValue<IPAddress>(10).ToString(),
                row.JsonOrNull(11)),
            Before: op == "D" ? after : former,
            After: op is "I" or "U" ? after : null,
            Changed: [.. previous?.Keys ?? Enumerable.Empty<string>()]);
    }

    private static Dictionary<string, JsonElement>? Values(JsonElement? row) =>
        row is { ValueKind: JsonValueKind.Object } fields
            ? fields.EnumerateObject().ToDictionary(field => field.Name, field => field.Value)
            : null;
}
