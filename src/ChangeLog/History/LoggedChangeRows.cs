using System.Net;
using ChangeLog.Postgres;
using Npgsql;

namespace ChangeLog.History;

/// <summary>Reads rows with <see cref="Columns"/> as changes.</summary>
internal static class LoggedChangeRows
{
    /// <summary>The columns to select of change c and its transaction t, after the action.</summary>
    public const string Columns = /* language=sql */
        """
        c.position, c.logged_at, t.event__id, c.op::text, c.table_oid, c.table_schema, c.table_name, c.record_id,
        t.actor_id, t.db_user, t.db_role, t.application_name, t.client_addr, t.context::text,
        c.record_data::text, c.previous_data::text
        """;

    private const string ColumnsOfTables = /* language=sql */
        """
        select a.attrelid, array_agg(a.attname::text order by a.attnum)
        from pg_catalog.pg_attribute a
        where a.attrelid = any($1)
        and a.attnum > 0
        and not a.attisdropped
        group by a.attrelid
        """;

    /// <summary>The changes that a statement selects, with their tables' columns.</summary>
    public static async Task<List<LoggedChange>> ReadAsync(
        NpgsqlConnection connection, string sql, Parameter[] parameters, CancellationToken cancellationToken)
    {
        var changes = await connection.RowsAsync(sql, Read, parameters, cancellationToken);
        if (changes.Count == 0)
        {
            return changes;
        }

        var tables = (await connection.RowsAsync(
            ColumnsOfTables,
            row => (Oid: row.GetFieldValue<uint>(0), Columns: row.GetFieldValue<string[]>(1)),
            [Parameter.Oids([.. changes.Select(change => change.TableOid).Distinct()])],
            cancellationToken)).ToDictionary(table => table.Oid, table => table.Columns);
        return
        [
            .. changes.Select(change => change with { TableColumns = tables.GetValueOrDefault(change.TableOid, []) }),
        ];
    }

    private static LoggedChange Read(NpgsqlDataReader row) => new(
        Position: row.GetInt64(1),
        LoggedAt: row.GetFieldValue<DateTimeOffset>(2),
        EventId: row.GetFieldValue<Guid?>(3),
        Op: row.GetString(4),
        Action: row.TextOrNull(0),
        TableOid: row.GetFieldValue<uint>(5),
        TableSchema: row.GetString(6),
        TableName: row.GetString(7),
        RecordId: row.TextOrNull(8),
        Origin: new Origin(
            ActorId: row.TextOrNull(9),
            DbUser: row.TextOrNull(10),
            DbRole: row.TextOrNull(11),
            ApplicationName: row.TextOrNull(12),
            ClientAddr: row.IsDBNull(13) ? null : row.GetFieldValue<IPAddress>(13).ToString(),
            Context: row.JsonOrNull(14)),
        RecordData: row.JsonOrNull(15),
        PreviousData: row.JsonOrNull(16));
}
