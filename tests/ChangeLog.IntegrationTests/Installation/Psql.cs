using System.Diagnostics;
using System.Globalization;
using ChangeLog.TestSupport;
using Npgsql;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Installation;

/// <summary>Runs a script, and copies a database, as a DBA would.</summary>
internal static class Psql
{
    public static async Task RunAsync(TestDatabase database, string script)
    {
        var (_, errors) = await RunAsync(
            database, "psql", ["--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--file", "-"], script);
        errors.ShouldBeEmpty();
    }

    /// <summary>A logical dump of one database restored into another, empty one.</summary>
    public static async Task CopyAsync(TestDatabase from, TestDatabase to) => await RunAsync(to, await DumpAsync(from));

    /// <summary>A logical dump of a database, as text; skips the test where pg_dump is too old.</summary>
    public static async Task<string> DumpAsync(TestDatabase database, params string[] arguments)
    {
        var (version, _) = await RunAsync(database, "pg_dump", ["--version"], string.Empty);
        Assert.SkipUnless(
            int.Parse(version.Split(' ')[2].Split('.')[0], CultureInfo.InvariantCulture) >= await database.ServerVersionAsync(),
            $"{version.Trim()} does not read a newer server.");
        var (dump, _) = await RunAsync(database, "pg_dump", arguments, string.Empty);
        return dump;
    }

    private static async Task<(string Output, string Errors)> RunAsync(
        TestDatabase database, string name, IEnumerable<string> arguments, string input)
    {
        var connection = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        // a folder with a server alone is enough to test its version: any client will do then
        var own = Path.Join(PostgresServer.BinDirectory, name);
        var start = new ProcessStartInfo(File.Exists(own) ? own : name, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["PGHOST"] = connection.Host,
                ["PGPORT"] = connection.Port.ToString(CultureInfo.InvariantCulture),
                ["PGUSER"] = connection.Username,
                ["PGPASSWORD"] = connection.Password,
                ["PGDATABASE"] = connection.Database,
            },
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        try
        {
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // it stopped at an error, which the exit code and its text tell
        }

        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0, await errors);
        return (await output, await errors);
    }
}
