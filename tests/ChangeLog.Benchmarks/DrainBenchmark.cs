using System.Diagnostics;
using System.Globalization;
using ChangeLog.TestSupport;

namespace ChangeLog.Benchmarks;

/// <summary>How fast a worker handles what was written while none ran, and how much memory that takes it.</summary>
internal static class DrainBenchmark
{
    private const int BigTransaction = 500_000;
    private const int SmallTransactions = 50_000;
    private const int RowsPerSmallTransaction = 10;

    public static async Task RunAsync()
    {
        await using var database = await BenchDatabase.StartAsync();
        await database.CreateOrdersAsync();
        Console.WriteLine("writing the backlog …");
        await WriteBacklogAsync(database);
        var backlog = await database.DataSource.ScalarAsync<long>("select count(*) from logs.change");

        var started = Stopwatch.StartNew();
        await using var worker = database.StartWorker("--once");
        var peak = 0L;
        while (!worker.HasExited)
        {
            peak = Math.Max(peak, PeakResident(worker.Id) ?? peak);
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, CancellationToken.None);
        }

        var result = await worker.WaitForExitAsync();
        var seconds = started.Elapsed.TotalSeconds;
        if (result.ExitCode != 0)
        {
            throw new InvalidOperationException(result.Output + result.Error);
        }

        Console.WriteLine();
        Console.WriteLine("| changes | of these in one transaction | s | changes/s, both handlers | worker's peak resident MB |");
        Console.WriteLine("|---|---|---|---|---|");
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {backlog} | {BigTransaction} | {seconds:0.0} | {backlog / seconds:0} | {peak / 1024.0:0} |"));
        foreach (var line in await database.DataSource.LinesAsync(
            """
            select format('details %s, links %s', (select count(*) from logs.change_details), (select count(*) from logs.change_links))
            """))
        {
            Console.WriteLine(line);
        }
    }

    private static async Task WriteBacklogAsync(BenchDatabase database)
    {
        await database.ExecuteAsync(
            $"insert into public.orders (customer_id) select 1 + g % 1000 from generate_series(1, {BigTransaction}) g");
        await database.ExecuteAsync(
            $"""
            set synchronous_commit = off;
            do $$
            begin
                for i in 1..{SmallTransactions} loop
                    update public.orders
                    set total = total + 1, note = 'seen', updated_at = clock_timestamp()
                    where id > i * {RowsPerSmallTransaction - 1} and id <= i * {RowsPerSmallTransaction - 1} + {RowsPerSmallTransaction};
                    commit;
                end loop;
            end
            $$
            """);
    }

    private static long? PeakResident(int processId)
    {
        try
        {
            var line = File.ReadLines($"/proc/{processId}/status")
                .FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? null : long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
