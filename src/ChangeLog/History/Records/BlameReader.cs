using ChangeLog.Keys;
using ChangeLog.Postgres;
using Npgsql;

namespace ChangeLog.History.Records;

/// <summary>Reads since when, by whom and why each column of a record has its value: what logs.blame says.</summary>
internal sealed class BlameReader(NpgsqlConnection connection)
{
    private const string Blame = /* language=sql */
        """
        select
            b.column_name, b.value::text, b.before, b.position, b.since, b.event__id, b.action,
            b.actor_id, b.db_user, b.db_role, b.application_name, b.reason
        from changelog.blame_record($1, $2, $3, $4) with ordinality b
        order by b.ordinality
        """;

    public async Task<RecordBlame> ReadAsync(KnownTable table, string record, CancellationToken cancellationToken)
    {
        var rows = await connection.RowsAsync(
            Blame,
            row => (
                Name: row.TextOrNull(0),
                Value: row.JsonOrNull(1),
                Before: row.TimeOrNull(2),
                Change: row.IsDBNull(3) ? null : Change(row)),
            [table.Lives ? table.Oids[0] : (uint?)null, table.Schema, table.Table, record],
            cancellationToken);
        return new RecordBlame(
            rows.Where(row => row.Name is null)
                .Select(row => new RecordEnd(row.Change, row.Value?.GetString()))
                .SingleOrDefault(),
            [
                .. rows.Where(row => row.Name is not null)
                    .Select(row => new BlamedColumn(row.Name!, row.Value, row.Change, row.Before)),
            ]);
    }

    private static BlamedChange Change(NpgsqlDataReader row) => new(
        Position: row.GetInt64(3),
        Since: row.GetFieldValue<DateTimeOffset>(4),
        EventId: row.GetFieldValue<Guid?>(5),
        Action: row.GetString(6),
        ActorId: row.TextOrNull(7),
        DbUser: row.TextOrNull(8),
        DbRole: row.TextOrNull(9),
        ApplicationName: row.TextOrNull(10),
        Reason: row.TextOrNull(11));
}
