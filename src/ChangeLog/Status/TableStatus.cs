using System.Text.Json;
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
            t.captured and not coalesce(v.captured, false),
            f.function,
            f.is_own,
            f.obstacle,
            f.pins
        from changelog.tables() t
        left join changelog.current_coverage v on v.table_oid = t.table_oid
        left join changelog.capture_functions() f on $1 and f.table_oid = t.table_oid
        where t.table_oid = t.root_oid
        order by 1
        """;

    /// <summary>
    /// The function that captures its rows; null if it is not captured, its trigger is missing, or nobody asked.
    /// </summary>
    public CaptureFunction? Capture { get; init; }

    /// <remarks>Without event triggers, functions cost as much as a dry run of the reconcile.</remarks>
    public static Task<List<TableStatus>> ReadAsync(
        NpgsqlConnection connection, bool withFunctions, CancellationToken cancellationToken) =>
        connection.RowsAsync(Select, Read, [withFunctions], cancellationToken);

    private static TableStatus Read(NpgsqlDataReader row)
    {
        var covered = row.GetBoolean(2);
        return new TableStatus(
            row.GetString(0), row.GetString(1), covered, row.TimeOrNull(3), row.TextOrNull(4), row.GetBoolean(5))
        {
            Capture = covered && row.TextOrNull(6) is { } function
                ? new CaptureFunction(function, row.GetBoolean(7), row.TextOrNull(8), Pins(row.GetString(9)))
                : null,
        };
    }

    private static Dictionary<string, IReadOnlyList<string>> Pins(string json) =>
        JsonSerializer.Deserialize<Dictionary<string, IReadOnlyList<string>>>(json) ?? [];
}
