using System.Reflection;
using ChangeLog.Postgres;
using Npgsql;

namespace ChangeLogWorker.Demo;

/// <summary>The small application whose changes the demo shows.</summary>
internal static class Shop
{
    public const string Database = "shop";
    public const string Role = "shop_app";

    private static readonly string[] Scripts = ["Demo/shop_tables.sql", "Demo/shop_work.sql"];

    /// <summary>Creates the shop, and the role that its application logs in as.</summary>
    /// <param name="dataSource">A superuser's.</param>
    /// <param name="password">For the role: hexadecimal digits.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public static async Task CreateAsync(
        NpgsqlDataSource dataSource, string password, CancellationToken cancellationToken)
    {
        await dataSource.CreateCommand($"create role {Role} login password '{password}'")
            .ExecuteAsync([], cancellationToken);
        foreach (var script in Scripts)
        {
            await dataSource.CreateCommand(await ReadAsync(script, cancellationToken)).ExecuteAsync(
                [], cancellationToken);
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
