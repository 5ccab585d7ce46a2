using System.Net;
using System.Text.Json.Nodes;
using ChangeLog.Postgres;
using Npgsql;

namespace ChangeLog.Reading;

/// <summary>Maps a page's rows to records.</summary>
internal static class EntryRows
{
    // transactions are looked up by key: a join could hash all of them
    public const string SelectChanges = /* language=sql */
        """
        select
            c.position, logs.change_id(c.position, i.number), c.xid, c.logged_at,
            t.event__id, t.actor_id, t.context::text, t.db_user, t.db_role, t.application_name, t.client_addr,
            c.table_oid, c.table_schema, c.table_name, c.op, c.record_id, c.record_data::text, c.previous_data::text
        from logs.page_changes(@changes, @logged_from, @logged_until) c
        cross join changelog.installation i
        left join lateral (
            select k.*
            from logs.transaction k
            where k.xid = c.xid
            and k.logged_at = c.logged_at
            offset 0) t on true
        order by c.position
        """;

    /// <summary>When an event e occurred, clamped to DateTime's range: the application may give any time.</summary>
    public const string OccurredAt = /* language=sql */
        "least(greatest(e.occurred_at, '0001-01-01 00:00:00+00'), '9999-12-31 23:59:59.999999+00')";

    public const string SelectEvents = /* language=sql */
        $"""
        select
            e.position, e.event__id, e.xid, e.event_type, {OccurredAt}, e.created_at,
            e.source, e.partition_key, e.headers::text, e.payload::text
        from lib_event.page_events(@events) e
        order by e.position
        """;

    public static Change ReadChange(NpgsqlDataReader row) => new(
        row.GetInt64(0),
        row.GetGuid(1),
        ReadTransaction(row),
        row.GetFieldValue<uint>(11),
        row.GetString(12),
        row.GetString(13),
        (Operation)row.GetChar(14),
        row.TextOrNull(15),
        Row(row, 16),
        Row(row, 17));

    public static DomainEvent ReadEvent(NpgsqlDataReader row) => new(
        row.GetInt64(0),
        row.GetGuid(1),
        row.GetFieldValue<ulong>(2),
        row.GetString(3),
        row.GetDateTime(4),
        row.GetDateTime(5),
        row.GetFieldValue<Guid?>(6),
        row.TextOrNull(7),
        (JsonObject)Parse(row.GetString(8))!,
        Parse(row.GetString(9)));

    private static Transaction ReadTransaction(NpgsqlDataReader row) => new(
        row.GetFieldValue<ulong>(2),
        row.GetDateTime(3),
        row.GetGuid(4),
        row.TextOrNull(5),
        (JsonObject)Parse(row.GetString(6))!,
        row.TextOrNull(7),
        row.TextOrNull(8),
        row.TextOrNull(9),
        row.IsDBNull(10) ? null : row.GetFieldValue<IPAddress>(10));

    private static JsonObject? Row(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : (JsonObject?)Parse(row.GetString(column));

    private static JsonNode? Parse(string json) => JsonNode.Parse(json, documentOptions: AnyDepth.Parsing);
}
