using System.Reflection;
using Npgsql;

namespace ChangeLogWorker.Demo;

/// <summary>The small application whose changes the demo shows.</summary>
internal static class Shop
{
    public const string Database = "shop";

    private static readonly string[] Scripts = ["Demo/shop_tables.sql", "Demo/shop_work.sql"];

    public static async Task CreateAsync(NpgsqlDataSource dataSource, CancellationToken cancellationToken)
    {
        foreach (var script in Scripts)
        {
            await using var command = dataSource.CreateCommand(await ReadAsync(script, cancellationToken));
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    private static async Task<string> ReadAsync(string script, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(
            Assembly.GetExecutingAssembly().GetManifestResourceStream(script)
            ?? throw new InvalidOperationException($"{script} is not in the assembly."));
        return await reader.ReadToEndAsync(cancellationToken);
    }
}
