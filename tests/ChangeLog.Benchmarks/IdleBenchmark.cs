using System.Globalization;
using ChangeLog.Notifying;
using ChangeLog.TestSupport;

namespace ChangeLog.Benchmarks;

/// <summary>What an idle worker costs: its processor time, and its statements on the database.</summary>
/// <remarks>CHANGELOG_BENCH_SECONDS is how long it is watched.</remarks>
internal static class IdleBenchmark
{
    private const double TicksPerSecond = 100;

    private static readonly int Seconds = int.Parse(
        Environment.GetEnvironmentVariable("CHANGELOG_BENCH_SECONDS") ?? "60", CultureInfo.InvariantCulture);

    public static async Task RunAsync()
    {
        await using var database = await BenchDatabase.StartAsync(("shared_preload_libraries", "pg_stat_statements"));
        await database.ExecuteAsync("create extension pg_stat_statements");
        await database.CreateOrdersAsync();
        Console.WriteLine($"A worker with nothing to do ({database.ServerVersion}), {Seconds} s");
        Console.WriteLine();
        Console.WriteLine(
            "| mode | worker, % of a core | server for it, % of a core | statements a second | transactions a second "
                + "|");
        Console.WriteLine("|---|---|---|---|---|");
        foreach (var mode in Enum.GetValues<NotificationMode>())
        {
            await MeasureAsync(database, mode);
        }
    }

    private static async Task MeasureAsync(BenchDatabase database, NotificationMode mode)
    {
        await using var worker = await database.StartWorkerAsync(mode);
        await database.WaitUntilHandledAsync();
        // until the first reconcile, and the runtime has compiled what is used
        await WaitAsync(45);
        await database.ExecuteAsync("select pg_stat_statements_reset()");
        var before = await SnapAsync(database, worker);
        await WaitAsync(Seconds);
        var after = await SnapAsync(database, worker);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {mode} | {(after.Worker - before.Worker) / Seconds:0.00} | "
            + $"{(after.Server - before.Server) / Seconds:0.00} "
            + $"| {after.Statements / Seconds:0.00} | {(after.Transactions - before.Transactions) / Seconds:0.00} |"));
        if (Environment.GetEnvironmentVariable("CHANGELOG_BENCH_STATEMENTS") is { Length: > 0 })
        {
            foreach (var line in await database.DataSource.LinesAsync(
                "select calls, round(total_exec_time::numeric, 1), left(query, 100) from pg_stat_statements "
                    + "order by calls desc limit 25"))
            {
                Console.WriteLine(line.ReplaceLineEndings(" "));
            }
        }

        await worker.SignalAsync("TERM");
        await worker.WaitForExitAsync();
    }

    private static Task WaitAsync(int seconds) =>
        Task.Delay(TimeSpan.FromSeconds(seconds), TimeProvider.System, CancellationToken.None);

    // processor times are percent-seconds; this benchmark's own statements are taken off
    private static async Task<(double Worker, double Server, double Statements, double Transactions)> SnapAsync(
        BenchDatabase database, RunningProgram worker)
    {
        var row = (await database.DataSource.QueryAsync(
            """
            select
                coalesce((
                    select sum(calls)::double precision
                    from pg_stat_statements
                    where query not like '%pg_stat_statements%'
                    and query <> 'DISCARD ALL'), 0) as statements,
                xact_commit::double precision as transactions,
                (
                    select array_agg(pid)
                    from pg_stat_activity
                    where datname = current_database()
                    and application_name like 'changelog/%') as backends
            from pg_stat_database
            where datname = current_database()
            """)).Single();
        return (
            Processor(worker.Id),
            ((int[])row["backends"]!).Sum(Processor),
            (double)row["statements"]!,
            (double)row["transactions"]!);
    }

    private static double Processor(int processId)
    {
        var fields = File.ReadAllText($"/proc/{processId}/stat").Split(") ")[1].Split(' ');
        return (double.Parse(fields[11], CultureInfo.InvariantCulture)
            + double.Parse(fields[12], CultureInfo.InvariantCulture))
            * 100 / TicksPerSecond;
    }
}
