using ChangeLog.Postgres;
using Npgsql;

namespace ChangeLog.Dispatching.DeadLetters;

/// <summary>Maps rows of changelog.dead_letter.</summary>
internal static class DeadLetterRows
{
    public const string Select = /* language=sql */
        """
        select id, handler, kind, position, logged_at, table_schema, table_name, op::text, record_id, event__id,
            event_type,
               error, sqlstate, error_type, attempts, first_failed_at, last_failed_at, retry_requested_at, resolved_at,
               resolution, resolved_by, reason
        from changelog.dead_letter
        """;

    public static DeadLetter Read(NpgsqlDataReader row) => new(
        row.GetInt64(0),
        row.GetString(1),
        row.GetString(2),
        row.GetInt64(3),
        row.GetDateTime(4),
        row.TextOrNull(5),
        row.TextOrNull(6),
        row.TextOrNull(7),
        row.TextOrNull(8),
        row.GetFieldValue<Guid?>(9),
        row.TextOrNull(10),
        row.GetString(11),
        row.TextOrNull(12),
        row.GetString(13),
        row.GetInt32(14),
        row.GetDateTime(15),
        row.GetDateTime(16),
        row.GetFieldValue<DateTime?>(17),
        row.GetFieldValue<DateTime?>(18),
        row.TextOrNull(19),
        row.TextOrNull(20),
        row.TextOrNull(21));
}
