using ChangeLogWorker.Triggers.Capture;
using ChangeLogWorker.Triggers.Postgres;
using Npgsql;

namespace ChangeLogWorker.Triggers.Coverage;

/// <summary>The tables that settings may name, and what is wrong with any other name.</summary>
/// <remarks>Does not call changelog.tables, which is slow, and this runs while an install holds locks.</remarks>
internal static class ApplicationTables
{
    private const string SelectNames = /* language=sql */
        """
        select n.nspname || '.' || c.relname
        from pg_catalog.pg_class c
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'p')
          and not c.relispartition
          and not changelog.is_internal(n.nspname, c.relname)
          -- an install that is refused takes its own tables away again
          and not changelog.is_own(n.nspname, c.relname)
        """;

    private const string SelectRoot = /* language=sql */
        """
        select s.nspname || '.' || r.relname
        from pg_catalog.pg_class c
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        join pg_catalog.pg_class r on r.oid = pg_catalog.pg_partition_root(c.oid)
        join pg_catalog.pg_namespace s on s.oid = r.relnamespace
        where c.relispartition
          and n.nspname like $1
          and c.relname like $2
        """;

    public static Task<List<string>> NamesAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.LinesAsync(SelectNames, [], cancellationToken);

    /// <summary>What is wrong with a name that is not a table, or not a root.</summary>
    public static async Task<string> MissingAsync(
        NpgsqlConnection connection, TablePattern table, IEnumerable<string>? candidates,
        CancellationToken cancellationToken)
    {
        var roots = await connection.LinesAsync(
            SelectRoot, [Query.Text(table.SchemaLike), Query.Text(table.TableLike)], cancellationToken);
        return roots.FirstOrDefault() is { } root
            ? $"{table.Name} is a partition: name its root {root} instead."
            : $"there is no table {table.Name}." + Nearest(
                table.Name, candidates ?? await NamesAsync(connection, cancellationToken));
    }

    public static string Nearest(string name, IEnumerable<string> candidates) =>
        NearestName.Sentence(name, candidates.Distinct());
}
