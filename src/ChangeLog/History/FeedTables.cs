using ChangeLog.Keys;
using ChangeLog.Postgres;
using ChangeLogWorker.Triggers.Capture;
using ChangeLogWorker.Triggers.Postgres;
using Npgsql;

namespace ChangeLog.History;

/// <summary>The tables that patterns mean, current and dropped.</summary>
/// <param name="Oids">Their oids in this cluster.</param>
/// <param name="NamedOids">All oids that ever had their names, in other clusters of this log too.</param>
/// <param name="Names">Every name that they had, with its schema.</param>
internal sealed record FeedTables(uint[] Oids, uint[] NamedOids, string[] Names)
{
    // another cluster's table may have had the oid of one that exists here under another name
    private const string Matching = /* language=sql */
        """
        select
            v.table_oid,
            v.table_schema || '.' || v.table_name,
            not exists (select from pg_catalog.pg_class c where c.oid = v.table_oid)
        from changelog.coverage v
        where v.table_schema like $1
        and v.table_name like $2
        union
        select c.oid, n.nspname || '.' || c.relname, true
        from pg_catalog.pg_class c
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where n.nspname like $1
        and c.relname like $2
        and exists (select from changelog.coverage v where v.table_oid = c.oid)
        """;

    public static FeedTables Of(KnownTable table) => new(table.Oids, table.NamedOids, table.Names);

    /// <summary>A pattern means tables by their current names, and dropped ones by every name that they had.</summary>
    /// <exception cref="RefusedException">No table is known that a pattern could mean.</exception>
    public static async Task<FeedTables> FindAsync(
        NpgsqlConnection connection, IEnumerable<TablePattern> patterns, CancellationToken cancellationToken)
    {
        List<FeedTables> found = [];
        foreach (var pattern in patterns)
        {
            found.Add(pattern.IsExact
                ? Of(await new TableFinder(connection).FindAsync(pattern.Text, cancellationToken))
                : await MatchingAsync(connection, pattern, cancellationToken));
        }

        return new FeedTables(
            [.. found.SelectMany(tables => tables.Oids).Distinct()],
            [.. found.SelectMany(tables => tables.NamedOids).Distinct()],
            [.. found.SelectMany(tables => tables.Names).Distinct()]);
    }

    private static async Task<FeedTables> MatchingAsync(
        NpgsqlConnection connection, TablePattern pattern, CancellationToken cancellationToken)
    {
        var tables = await connection.RowsAsync(
            Matching,
            row => (Oid: row.GetFieldValue<uint>(0), Name: row.GetString(1), IsHere: row.GetBoolean(2)),
            [pattern.SchemaLike, pattern.TableLike],
            cancellationToken);
        return tables.Count > 0
            ? new FeedTables(
                [.. tables.Where(table => table.IsHere).Select(table => table.Oid)],
                [.. tables.Select(table => table.Oid)],
                [.. tables.Select(table => table.Name)])
            : throw new RefusedException(
                $"No table that is or was captured matches {pattern.Text}. changelog status --all lists what there is.",
                ExitCode.Failed);
    }
}
