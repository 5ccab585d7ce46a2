using System.Diagnostics;
using System.Globalization;
using ChangeLog.TestSupport;
using Npgsql;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Schema;

/// <summary>Runs a script, and copies a database, as a DBA would.</summary>
internal static class Psql
{
    public static async Task RunAsync(TestDatabase database, string script)
    {
        var (exitCode, errors) = await TryAsync(database, script);
        exitCode.ShouldBe(0, errors);
        errors.ShouldBeEmpty();
    }

    /// <summary>A dump, of which every client understands every line.</summary>
    public static async Task RunQuietlyAsync(TestDatabase database, string script)
    {
        var (exitCode, errors) = await TryAsync(database, $"\\o /dev/null\n{script}");
        exitCode.ShouldBe(0, errors);
    }

    /// <summary>A script that may fail: its exit code and what it said of it.</summary>
    public static async Task<(int ExitCode, string Errors)> TryAsync(TestDatabase database, string script)
    {
        var (exitCode, _, errors) = await StartAsync(
            database, "psql", ["--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--file", "-"], script);
        return (exitCode, errors);
    }

    /// <summary>A logical dump of one database restored into another, empty one.</summary>
    public static async Task CopyAsync(TestDatabase from, TestDatabase to) => await RunAsync(to, await DumpAsync(from));

    /// <summary>A logical dump of a database, as text; skips the test where pg_dump is too old.</summary>
    public static async Task<string> DumpAsync(TestDatabase database, params string[] arguments)
    {
        var (version, _) = await RunAsync(database, "pg_dump", ["--version"], string.Empty);
        Assert.SkipUnless(
            int.Parse(version.Split(
                ' ')[2].Split('.')[0], CultureInfo.InvariantCulture) >= await database.ServerVersionAsync(),
            $"{version.Trim()} does not read a newer server.");
        var (dump, _) = await RunAsync(database, "pg_dump", arguments, string.Empty);
        return dump;
    }

    /// <summary>
    /// Rows restored where others are already: what conflicts is reported and left, and the rest goes in.
    /// </summary>
    public static async Task<string> RestoreAsync(TestDatabase database, string dump)
    {
        var (_, _, errors) = await StartAsync(database, "psql", ["--no-psqlrc", "--quiet", "--file", "-"], dump);
        return errors;
    }

    /// <summary>The same with pg_restore and several connections, from a dump in a folder.</summary>
    public static async Task<string> RestoreFolderAsync(TestDatabase from, TestDatabase to, params string[] arguments)
    {
        var folder = Path.Join(Path.GetTempPath(), $"changelog-dump-{Guid.NewGuid():N}");
        Directory.CreateDirectory(folder);
        try
        {
            await DumpAsync(from, ["--format=directory", "--file", folder]);
            var (_, _, errors) = await StartAsync(
                to, "pg_restore", ["--jobs=2", "--dbname", to.Name, .. arguments, folder], string.Empty);
            return errors;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<(string Output, string Errors)> RunAsync(
        TestDatabase database, string name, IEnumerable<string> arguments, string input)
    {
        var (exitCode, output, errors) = await StartAsync(database, name, arguments, input);
        exitCode.ShouldBe(0, errors);
        return (output, errors);
    }

    private static async Task<(int ExitCode, string Output, string Errors)> StartAsync(
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
        return (process.ExitCode, await output, await errors);
    }
}
