using System.Diagnostics;
using System.Globalization;
using ChangeLog.TestSupport;

namespace ChangeLog.Benchmarks;

/// <summary>How fast platform.audit_logs answers in a large log: by record, by performer and day, by link.</summary>
/// <remarks>CHANGELOG_BENCH_ROWS bounds the log. Each look-up is planned again, like one that a person sends.</remarks>
internal static class AuditBenchmark
{
    private const int Changes = 5_000_000;
    private const int RowsPerTransaction = 100;
    private const int RowsPerCommand = 100_000;
    private const int ChangesPerPerson = 200;
    private const int Repetitions = 200;

    private static readonly (string What, string Condition)[] LookUps =
    [
        ("by record (uuid)", "resource = 'public.booking' and resource_id = ('00000000-0000-4000-8000-' || "
            + "lpad($1::text, 12, '0'))::uuid"),
        ("by record (text)", "resource = 'public.booking' and record_id = '00000000-0000-4000-8000-' || lpad($1::text, "
            + "12, '0')"),
        ("by performer and day", $"performed_by = ('11111111-0000-4000-8000-' || lpad(($1 / {ChangesPerPerson})::text, "
            + "12, '0'))::uuid "
            + "and performed_at >= current_date and performed_at < current_date + 1"),
        ("by link", "linked_table = 'public.guest' and linked_id = ('22222222-0000-4000-8000-' || lpad(($1 % "
            + "1000)::text, 12, '0'))::uuid limit 50"),
    ];

    public static async Task RunAsync()
    {
        var rows = int.TryParse(
            Environment.GetEnvironmentVariable("CHANGELOG_BENCH_ROWS"), out var bound) ? bound : Changes;
        await using var database = await BenchDatabase.StartAsync();
        Console.WriteLine($"writing {rows} changes …");
        await WriteAsync(database, rows);
        var started = Stopwatch.GetTimestamp();
        await using (var worker = database.StartWorker("--once"))
        {
            await Eventually.TrueAsync(
                "everything is derived", () => Task.FromResult(worker.HasExited), TimeSpan.FromHours(1));
            var result = await worker.WaitForExitAsync();
            if (result.ExitCode != 0)
            {
                throw new InvalidOperationException(result.Output + result.Error);
            }
        }

        var drained = Stopwatch.GetElapsedTime(started).TotalSeconds;
        await database.ExecuteAsync("vacuum analyze");

        Console.WriteLine();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{rows} changes, derived in {drained:0} s ({rows / drained:0} changes/s, all handlers)"));
        Console.WriteLine();
        Console.WriteLine("| platform.audit_logs | rows | median ms | p95 ms |");
        Console.WriteLine("|---|---|---|---|");
        foreach (var (what, condition) in LookUps)
        {
            var (found, times) = await MeasureAsync(database, condition, rows);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {what} | {found} | {times[times.Count / 2]:0.0} | {times[times.Count * 95 / 100]:0.0} |"));
        }
    }

    private static async Task WriteAsync(BenchDatabase database, int rows)
    {
        await database.ExecuteAsync(
            """
            create table public.guest (id uuid primary key);
            insert into public.guest
            select ('22222222-0000-4000-8000-' || lpad(g::text, 12, '0'))::uuid from generate_series(0, 999) g;
            create table public.booking (
                id uuid primary key, guest uuid not null references public.guest, status text not null,
                    total numeric not null)
            """);
        for (var first = 0; first < rows; first += RowsPerCommand)
        {
            await database.ExecuteAsync(
                $"""
                do $$
                begin
                    perform set_config('synchronous_commit', 'off', false);
                    for i in {first / RowsPerTransaction} .. {(Math.Min(first + RowsPerCommand,
                        rows) / RowsPerTransaction) - 1} loop
                        perform changelog.set_context(jsonb_build_object('actor_id',
                            '11111111-0000-4000-8000-' || lpad((i * {RowsPerTransaction} / {ChangesPerPerson})::text,
                                12, '0')));
                        insert into public.booking
                        select
                            ('00000000-0000-4000-8000-' || lpad(g::text, 12, '0'))::uuid,
                            ('22222222-0000-4000-8000-' || lpad((g % 1000)::text, 12, '0'))::uuid,
                            'new',
                            g
                        from generate_series(i * {RowsPerTransaction}, (i + 1) * {RowsPerTransaction} - 1) g;
                        commit;
                    end loop;
                end
                $$
                """);
        }
    }

    private static async Task<(long Found, List<double> Times)> MeasureAsync(
        BenchDatabase database, string condition, int rows)
    {
        var random = new Random(1);
        var times = new List<double>();
        var found = 0L;
        await using var connection = await database.DataSource.OpenConnectionAsync();
        for (var i = 0; i < Repetitions; i++)
        {
            var started = Stopwatch.GetTimestamp();
            found = (await connection.QueryAsync(
                $"select * from platform.audit_logs where {condition}", random.Next(1, rows))).Count;
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        times.Sort();
        return (found, times);
    }
}
