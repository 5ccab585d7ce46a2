using ChangeLogWorker.Triggers.Capture;
using ChangeLogWorker.Triggers.Postgres;
using Npgsql;

namespace ChangeLogWorker.Triggers.Coverage;

/// <summary>The tables that settings may name, and what is wrong with a name that is none of them.</summary>
internal static class ApplicationTables
{
    private const string SelectNames = /* language=sql */
        """
        select table_schema || '.' || table_name
        from changelog.tables()
        where kind in ('r', 'p')
          and table_oid = root_oid
        """;

    private const string SelectRoot = /* language=sql */
        """
        select root_schema || '.' || root_name
        from changelog.tables()
        where table_oid <> root_oid
          and table_schema like $1
          and table_name like $2
        """;

    public static Task<List<string>> NamesAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.LinesAsync(SelectNames, [], cancellationToken);

    /// <summary>What is wrong with a name that is no table, or not a root.</summary>
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
        NearestName.Of(name, candidates.Distinct()) is { } nearest ? $" The nearest is {nearest}." : string.Empty;
}
