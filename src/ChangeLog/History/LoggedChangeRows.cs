using System.Net;
using ChangeLog.Postgres;
using Npgsql;

namespace ChangeLog.History;

/// <summary>Maps rows with <see cref="Columns"/> to changes.</summary>
internal static class LoggedChangeRows
{
    /// <summary>The columns to select of change c and its transaction t, after the action.</summary>
    public const string Columns = /* language=sql */
        """
        c.position, c.logged_at, t.event__id, c.op::text, c.table_schema, c.table_name, c.record_id,
        t.actor_id, t.db_user, t.db_role, t.application_name, t.client_addr, t.context::text,
        c.record_data::text, c.previous_data::text
        """;

    public static LoggedChange Read(NpgsqlDataReader row) => new(
        Position: row.GetInt64(1),
        LoggedAt: row.GetFieldValue<DateTimeOffset>(2),
        EventId: row.GetFieldValue<Guid?>(3),
        Op: row.GetString(4),
        Action: row.TextOrNull(0),
        TableSchema: row.GetString(5),
        TableName: row.GetString(6),
        RecordId: row.TextOrNull(7),
        Origin: new Origin(
            ActorId: row.TextOrNull(8),
            DbUser: row.TextOrNull(9),
            DbRole: row.TextOrNull(10),
            ApplicationName: row.TextOrNull(11),
            ClientAddr: row.IsDBNull(12) ? null : row.GetFieldValue<IPAddress>(12).ToString(),
            Context: row.JsonOrNull(13)),
        RecordData: row.JsonOrNull(14),
        PreviousData: row.JsonOrNull(15));
}
