using ChangeLogWorker.Demo.Server;
using Npgsql;

namespace ChangeLog.TestSupport;

/// <summary>PostgreSQL's own benchmark, as a writer that knows nothing of ChangeLog.</summary>
public static class Pgbench
{
    public static bool IsInstalled => PostgresBinaries.OnPath("pgbench") is not null;

    /// <summary>Runs it to its end against a test's database; throws with what it said if it fails.</summary>
    public static async Task<string> RunAsync(TestDatabase database, params string[] arguments)
    {
        await using var pgbench = Start(database, arguments);
        var result = await pgbench.WaitForExitAsync(TimeSpan.FromSeconds(120));
        return result.ExitCode == 0
            ? result.Output
            : throw new InvalidOperationException($"pgbench ended with {result.ExitCode}: {result.Error}");
    }

    public static RunningProgram Start(TestDatabase database, params string[] arguments)
    {
        var target = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        return RunningProgram.Start("pgbench", arguments, new Dictionary<string, string?>
        {
            ["PGHOST"] = target.Host,
            ["PGPORT"] = $"{target.Port}",
            ["PGUSER"] = target.Username,
            ["PGPASSWORD"] = target.Password,
            ["PGDATABASE"] = target.Database,
            ["PGAPPNAME"] = "pgbench",
        });
    }
}
