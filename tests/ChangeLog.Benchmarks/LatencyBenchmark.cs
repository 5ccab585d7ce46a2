using System.Globalization;
using ChangeLog.TestSupport;

namespace ChangeLog.Benchmarks;

/// <summary>From a writer's commit to its details visible, at several rates.</summary>
/// <remarks>
/// Both instants are the server's own commit timestamps (track_commit_timestamp). The writer's is taken before its
/// commit is flushed, so its flush counts as latency.
/// </remarks>
internal static class LatencyBenchmark
{
    private static readonly (int Rate, int Seconds)[] Loads = [(1, 60), (50, 30), (200, 30), (500, 30)];

    public static async Task RunAsync()
    {
        await using var database = await BenchDatabase.StartAsync();
        await database.CreateOrdersAsync();
        await database.ExecuteAsync("insert into public.orders (customer_id) select g from generate_series(1, 1000) g");
        await using var worker = database.StartWorker();
        await database.WaitUntilHandledAsync();
        await WriteAsync(database, 200, 5);

        Console.WriteLine($"Latency, commit to details visible ({database.ServerVersion}), ms");
        Console.WriteLine();
        Console.WriteLine("| tx/s | transactions | p50 | p99 | max |");
        Console.WriteLine("|---|---|---|---|---|");
        foreach (var (rate, seconds) in Loads)
        {
            var from = await database.DataSource.ScalarAsync<long>("select last_value from lib_event.position");
            await WriteAsync(database, rate, seconds);
            await database.WaitUntilHandledAsync();
            Console.WriteLine(await ReportAsync(database, rate, from));
        }
    }

    private static async Task WriteAsync(BenchDatabase database, int rate, int seconds)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / rate));
        var writes = new List<Task>();
        for (var i = 0; i < rate * seconds; i++)
        {
            await timer.WaitForNextTickAsync();
            var order = (i % 1000) + 1;
            writes.Add(database.DataSource.ExecuteAsync(
                "update public.orders set total = total + 1, updated_at = clock_timestamp() where id = $1",
                (long)order));
        }

        await Task.WhenAll(writes);
    }

    private static async Task<string> ReportAsync(BenchDatabase database, int rate, long from)
    {
        var row = (await database.DataSource.QueryAsync(
            """
            select
                count(*) as transactions,
                percentile_cont(0.5) within group (order by latency) as p50,
                percentile_cont(0.99) within group (order by latency) as p99,
                max(latency) as most
            from (
                select 1000 * extract(epoch from
                    pg_xact_commit_timestamp(d.xmin) - pg_xact_commit_timestamp(c.xid::xid))::double precision as
                        latency
                from logs.change c
                join logs.change_details d using (position, logged_at)
                where c.position > $1
                and c.table_name = 'orders') measured
            """,
            from)).Single();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {rate} | {row["transactions"]} | {row["p50"]:0.0} | {row["p99"]:0.0} | {row["most"]:0.0} |");
    }
}
