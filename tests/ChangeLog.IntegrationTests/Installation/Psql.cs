using System.Diagnostics;
using System.Globalization;
using ChangeLog.TestSupport;
using Npgsql;
using Shouldly;

namespace ChangeLog.IntegrationTests.Installation;

/// <summary>Runs a script as a DBA would.</summary>
internal static class Psql
{
    public static async Task RunAsync(TestDatabase database, string script)
    {
        var connection = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        // a folder with a server alone is enough to test its version: any psql will do then
        var own = Path.Join(PostgresServer.BinDirectory, "psql");
        var program = File.Exists(own) ? own : "psql";
        var start = new ProcessStartInfo(program, ["--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--file", "-"])
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
        await process.StandardInput.WriteAsync(script);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        await output;
        process.ExitCode.ShouldBe(0, await errors);
        (await errors).ShouldBeEmpty();
    }
}
