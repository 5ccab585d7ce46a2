using System.Diagnostics;
using System.Globalization;
using ChangeLog.TestSupport;

namespace ChangeLog.Benchmarks;

/// <summary>How fast one worker, and several, drain a backlog, and how much memory they need.</summary>
internal static class DrainBenchmark
{
    private const int BigTransaction = 500_000;
    private const int SmallTransactions = 50_000;
    private const int RowsPerSmallTransaction = 10;
    private const int ManyWorkers = 4;

    public static async Task RunAsync()
    {
        await using var database = await BenchDatabase.StartAsync();
        await database.CreateOrdersAsync();
        Console.WriteLine("writing the backlog …");
        await WriteBacklogAsync(database);
        var backlog = await database.DataSource.ScalarAsync<long>("select count(*) from logs.change");

        var one = await DrainAsync("built-in handlers, no timeline", database, workers: 1);
        await ForgetAsync(database);
        var many = await DrainAsync("the same", database, ManyWorkers);
        await ForgetAsync(database);
        var timeline = await DrainAsync(
            "and a timeline that every change is an entry of", database, workers: 1, "--config", TimelineFile());

        Console.WriteLine();
        Console.WriteLine($"{backlog} changes, {BigTransaction} of them in one transaction");
        Console.WriteLine();
        Console.WriteLine(
            "| handlers | workers | s | changes/s, all of them | a worker's peak resident MB | time against the first "
                + "|");
        Console.WriteLine("|---|---|---|---|---|---|");
        foreach (var drain in new[] { one, many, timeline })
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {drain.Handlers} | {drain.Workers} | {drain.Seconds:0.0} | {backlog / drain.Seconds:0} | "
                    + $"{drain.PeakBytes / 1048576.0:0} | {drain.Seconds / one.Seconds:0.00} |"));
        }
    }

    // nothing derived is doubled: its keys would refuse it, and a worker that meets such an error fails
    private static async Task<Drain> DrainAsync(
        string handlers, BenchDatabase database, int workers, params string[] arguments)
    {
        var started = Stopwatch.StartNew();
        var results = await Task.WhenAll(Enumerable.Range(0, workers).Select(_ => RunOnceAsync(database, arguments)));
        var seconds = started.Elapsed.TotalSeconds;
        var missing = await database.DataSource.ScalarAsync<long>(
            "select (select count(*) from logs.change) - (select count(*) from logs.change_details)");
        return missing == 0
            ? new Drain(handlers, workers, seconds, results.Max())
            : throw new InvalidOperationException($"{missing} changes are not handled.");
    }

    private static string TimelineFile()
    {
        var file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".json");
        File.WriteAllText(file, """{ "ChangeLog": { "Timelines": [{ "Root": "public.orders" }] } }""");
        return file;
    }

    private static async Task<long> RunOnceAsync(BenchDatabase database, string[] arguments)
    {
        await using var worker = database.StartWorker(["--once", .. arguments]);
        var peak = 0L;
        while (!worker.HasExited)
        {
            peak = Math.Max(peak, worker.PeakResidentBytes ?? peak);
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, CancellationToken.None);
        }

        var result = await worker.WaitForExitAsync();
        return result.ExitCode == 0 ? peak : throw new InvalidOperationException(result.Output + result.Error);
    }

    private static async Task ForgetAsync(BenchDatabase database)
    {
        await database.ExecuteAsync("truncate logs.change_details, logs.change_links");
        await database.ExecuteAsync("delete from changelog.cursor");
        await database.ExecuteAsync("checkpoint");
    }

    private static async Task WriteBacklogAsync(BenchDatabase database)
    {
        await database.ExecuteAsync(
            $"insert into public.orders (customer_id) select 1 + g % 1000 from generate_series(1, {BigTransaction}) g");
        await database.ExecuteAsync(
            $"""
            do $$
            begin
                perform set_config('synchronous_commit', 'off', false);
                for i in 1..{SmallTransactions} loop
                    update public.orders
                    set total = total + 1, note = 'seen', updated_at = clock_timestamp()
                    where id > i * {RowsPerSmallTransaction - 1}
                        and id <= i * {RowsPerSmallTransaction - 1} + {RowsPerSmallTransaction};
                    commit;
                end loop;
            end
            $$
            """);
    }

    private sealed record Drain(string Handlers, int Workers, double Seconds, long PeakBytes);
}
