using System.Globalization;
using ChangeLog.TestSupport;

namespace ChangeLog.Benchmarks;

/// <summary>What one transaction that stayed open while two million changes went by costs when it commits.</summary>
internal static class LongTransactionBenchmark
{
    private const int Statements = 20;
    private const int RowsPerStatement = 100_000;

    public static async Task RunAsync()
    {
        await using var database = await BenchDatabase.StartAsync();
        await database.CreateOrdersAsync();
        await using var worker = database.StartWorker();
        await database.WaitUntilHandledAsync();
        await using var longTransaction = await database.DataSource.OpenConnectionAsync();
        await longTransaction.ExecuteAsync("begin; insert into public.customer values (0, 'waiting')");
        for (var i = 0; i < Statements; i++)
        {
            await database.ExecuteAsync(
                "insert into public.orders (customer_id) select 1 + g % 1000 from generate_series(1, "
                    + $"{RowsPerStatement}) g");
            await database.WaitUntilHandledAsync();
            Console.WriteLine($"{(i + 1) * RowsPerStatement} changes went by");
        }

        await database.ExecuteAsync("insert into public.customer values (-1, 'alone')");
        await database.WaitUntilHandledAsync();
        await longTransaction.ExecuteAsync("commit");
        await database.WaitUntilHandledAsync();
        await database.ExecuteAsync("insert into public.customer values (-2, 'afterwards')");
        await database.WaitUntilHandledAsync();

        Console.WriteLine();
        Console.WriteLine("| a transaction | commit to details visible, ms |");
        Console.WriteLine("|---|---|");
        foreach (var (name, what) in new[]
        {
            ("alone", "beside it, just before"),
            ("waiting", $"open while {Statements * RowsPerStatement} changes went by"),
            ("afterwards", "just after"),
        })
        {
            var latency = await database.DataSource.ScalarAsync<double>(
                """
                select 1000 * extract(epoch from
                    pg_xact_commit_timestamp(d.xmin) - pg_xact_commit_timestamp(c.xid::xid))::double precision
                from logs.change c
                join logs.change_details d using (position, logged_at)
                where c.table_name = 'customer'
                and c.record_data ->> 'name' = $1
                """,
                name);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {what} | {latency:0.0} |"));
        }
    }
}
