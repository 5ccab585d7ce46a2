using ChangeLog.Postgres;
using Npgsql;

namespace ChangeLog.Status;

/// <summary>A table of the application, and whether it is captured.</summary>
/// <param name="Table">Schema and name.</param>
/// <param name="Kind">table, partitioned table, foreign table or materialized view.</param>
/// <param name="Covered">Whether it should be captured and, as far as is known, is.</param>
/// <param name="Since">Since when.</param>
/// <param name="Reason">Why it is not captured; or what bypasses its triggers.</param>
/// <param name="IsWrong">It should be captured and is not.</param>
internal sealed record TableStatus(
    string Table, string Kind, bool Covered, DateTimeOffset? Since, string? Reason, bool IsWrong)
{
    private const string Select = /* language=sql */
        """
        select
            t.table_schema || '.' || t.table_name,
            case t.kind
                when 'p' then 'partitioned table'
                when 'f' then 'foreign table'
                when 'm' then 'materialized view'
                else 'table'
            end,
            t.captured and coalesce(v.captured, false),
            v.since,
            case
                when t.captured and v.captured then v.reason
                else coalesce(case when not t.captured then t.reason end, v.reason,
                    'it was not seen by a reconcile yet')
            end,
            t.captured and not coalesce(v.captured, false)
        from changelog.tables() t
        left join changelog.current_coverage v on v.table_oid = t.table_oid
        where t.table_oid = t.root_oid
        order by 1
        """;

    public static Task<List<TableStatus>> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.RowsAsync(Select, Read, [], cancellationToken);

    private static TableStatus Read(NpgsqlDataReader row)
    {
        var covered = row.GetBoolean(2);
        return new TableStatus(
            row.GetString(0), row.GetString(1), covered, row.TimeOrNull(3), row.TextOrNull(4), row.GetBoolean(5));
    }
}
