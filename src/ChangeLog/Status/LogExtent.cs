using ChangeLog.Postgres;
using Npgsql;

namespace ChangeLog.Status;

/// <summary>How much is captured and logged, for whoever is about to end it.</summary>
/// <param name="CapturedTables">How many tables are captured now.</param>
/// <param name="Changes">How many changes are logged.</param>
/// <param name="Tables">Of how many tables.</param>
/// <param name="Events">How many events.</param>
/// <param name="IsEstimate">Whether there are too many changes or events to count while somebody waits.</param>
/// <param name="From">When the first was logged; null: nothing is.</param>
/// <param name="Until">When the last was.</param>
internal sealed record LogExtent(
    long CapturedTables,
    long Changes,
    long Tables,
    long Events,
    bool IsEstimate,
    DateTimeOffset? From,
    DateTimeOffset? Until)
{
    // counted in well under a second
    private const long MostCounted = 100_000;

    private const string Select = /* language=sql */
        """
        select
            (
                select count(*)
                from changelog.coverage v
                join pg_catalog.pg_class t on t.oid = v.table_oid
                where v.captured
                and v.valid_until is null
                and not t.relispartition),
            c.changes,
            greatest(c.tables, (select count(distinct table_oid) from logs.change_table)),
            (select count(*) from (select from lib_event.event limit $1) e),
            least(
                (select logged_at from logs.change order by position limit 1),
                (select created_at from lib_event.event order by position limit 1)),
            greatest(
                (select logged_at from logs.change order by position desc limit 1),
                (select created_at from lib_event.event order by position desc limit 1))
        from (
            select count(*) as changes, count(distinct l.table_oid) as tables
            from (select table_oid from logs.change limit $1) l) c
        """;

    public static async Task<LogExtent> ReadAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken, long mostCounted = MostCounted)
    {
        var counted = await connection.RowAsync(Select, Read, [mostCounted], cancellationToken);
        if (counted.Changes < mostCounted && counted.Events < mostCounted)
        {
            return counted;
        }

        var sizes = await LogSize.ReadAsync(connection, cancellationToken);
        long AtLeast(long rows, string table) =>
            rows < mostCounted ? rows : Math.Max(rows, sizes.Single(size => size.Table == table).EstimatedRows);
        return counted with
        {
            Changes = AtLeast(counted.Changes, "logs.change"),
            Events = AtLeast(counted.Events, "lib_event.event"),
            IsEstimate = true,
        };
    }

    private static LogExtent Read(NpgsqlDataReader row) => new(
        row.GetInt64(0),
        row.GetInt64(1),
        row.GetInt64(2),
        row.GetInt64(3),
        IsEstimate: false,
        row.TimeOrNull(4),
        row.TimeOrNull(5));
}
