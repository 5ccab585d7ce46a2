using ChangeLog.Postgres;
using Npgsql;

namespace ChangeLog.Status;

/// <summary>A period in which changes of a captured table were missed.</summary>
/// <param name="Table">Its current schema and name.</param>
/// <param name="From">Its start: the last time that everything was known to be right.</param>
/// <param name="Until">Its end; equal to the start for a single moment.</param>
/// <param name="Reason">What happened.</param>
internal sealed record CoverageGap(string Table, DateTimeOffset From, DateTimeOffset Until, string Reason)
{
    // of existing tables that were captured before: periods without capture, and moments when changes were missed
    private const string Select = /* language=sql */
        """
        select format('%s.%s', n.nspname, c.relname), g.valid_from, g.valid_until, g.reason
        from changelog.coverage g
        join pg_catalog.pg_class c on c.oid = g.table_oid
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where not g.captured
        and g.valid_until is not null
        and exists (
            select
            from changelog.coverage b
            where b.table_oid = g.table_oid
            and b.captured
            and b.valid_from <= g.valid_from)
        order by g.valid_from desc, 1, g.id
        """;

    public static Task<List<CoverageGap>> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.RowsAsync(
            Select,
            row => new CoverageGap(
                row.GetString(0),
                row.GetFieldValue<DateTimeOffset>(1),
                row.GetFieldValue<DateTimeOffset>(2),
                row.GetString(3)),
            [],
            cancellationToken);
}
