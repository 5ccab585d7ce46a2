using System.Diagnostics;
using System.Globalization;
using ChangeLog.TestSupport;
using ChangeLogWorker.Triggers.Capture;
using ChangeLogWorker.Triggers.Coverage;
using ChangeLogWorker.Triggers.Redaction;
using Npgsql;

namespace ChangeLog.Benchmarks;

/// <summary>
/// What a logged row costs its writer, beside an empty trigger and a typed copy and with redaction, and what a
/// session's memory does.
/// </summary>
/// <remarks>
/// One statement of 50,000 rows on a table of 15 columns, of which the update changes three. Rounds are interleaved,
/// each on new tables, and medians reported, so that a busy minute of the machine spoils all variants alike.
/// </remarks>
internal static class CaptureBenchmark
{
    private const int Rows = 50_000;
    private const int Rounds = 7;
    private const int LoggedTables = 100;

    private static readonly string[] Variants = ["none", "empty", "typed", "changelog", "redacted"];
    private static readonly string[] Operations = ["insert", "update", "delete"];

    public static async Task RunAsync()
    {
        await using var database = await BenchDatabase.StartAsync();
        await new TriggerReconciler(database.DataSource, TimeProvider.System).RunOnceAsync(
            new CaptureSettings(
                ["bench_none", "bench_empty", "bench_typed", "bench_history"],
                null,
                false,
                false,
                new RedactionSettings([Redacted("last_name"), Redacted("email")])),
            CancellationToken.None);
        var measured = Variants.ToDictionary(v => v, _ => Operations.ToDictionary(o => o, _ => new List<double>()));
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var variant in Variants)
            {
                await MeasureAsync(database, variant, measured[variant]);
            }
        }

        Report(database, measured);
        await ReportMemoryAsync(database);
    }

    private static RedactionRule Redacted(string column) => new(
        "bench", TableFilter.Parse(["public.bench_redacted"])[0], new ColumnPattern(column),
        RedactionMethod.Mask, When: null);

    private static async Task MeasureAsync(
        BenchDatabase database, string variant, Dictionary<string, List<double>> times)
    {
        await CreateTableAsync(database, variant);
        await using var connection = await database.DataSource.OpenConnectionAsync();
        await connection.ExecuteAsync("set jit = off");
        foreach (var (operation, sql) in Statements(variant))
        {
            var started = Stopwatch.GetTimestamp();
            await connection.ExecuteAsync(sql);
            times[operation].Add(Stopwatch.GetElapsedTime(started).TotalMicroseconds / Rows);
        }
    }

    private static async Task CreateTableAsync(BenchDatabase database, string variant)
    {
        await database.ExecuteAsync(
            $"""
            drop table if exists public.bench_{variant}, public.bench_history;
            create table public.bench_{variant} (
                id uuid primary key default gen_random_uuid(),
                {BenchDatabase.WideColumns});
            create table public.bench_history (operation text, at timestamptz, like public.bench_{variant});
            create or replace function public.bench_empty() returns trigger language plpgsql as $$
            begin
                return null;
            end $$;
            create or replace function public.bench_typed() returns trigger language plpgsql as $$
            begin
                if tg_op = 'DELETE' then
                    insert into public.bench_history select tg_op, now(), old.*;
                else
                    insert into public.bench_history select tg_op, now(), new.*;
                end if;
                return null;
            end $$
            """);
        if (variant is "empty" or "typed")
        {
            await database.ExecuteAsync(
                $"""
                create trigger bench after insert or update or delete on public.bench_{variant}
                for each row execute function public.bench_{variant}()
                """);
        }

        await database.ExecuteAsync("checkpoint");
    }

    private static IEnumerable<(string Operation, string Sql)> Statements(string variant) =>
    [
        ("insert",
            $"""
            insert into public.bench_{variant}
                (first_name, last_name, email, status, amount, quantity, active, birth, notes, ref_id)
            select
                'Anna', 'Karenina' || g, 'anna' || g || '@example.org', 'active', (g % 1000) / 7.0, g % 10, true,
                date '1990-01-01' + g % 1000, 'some note of fair length that is here', gen_random_uuid()
            from generate_series(1, {Rows}) g
            """),
        ("update",
            $"""
            update public.bench_{variant}
            set status = 'suspended', updated_at = clock_timestamp(), updated_at_sync_tick = updated_at_sync_tick + 1
            """),
        ("delete", $"delete from public.bench_{variant}"),
    ];

    private static void Report(BenchDatabase database, Dictionary<string, Dictionary<string, List<double>>> measured)
    {
        double Cost(string variant, string operation) =>
            Median(measured[variant][operation]) - Median(measured["none"][operation]);

        Console.WriteLine(
            $"Capture ({database.ServerVersion}), µs a row on top of no trigger, median of {Rounds} rounds");
        Console.WriteLine();
        Console.WriteLine("| | insert | update | delete |");
        Console.WriteLine("|---|---|---|---|");
        Console.WriteLine(Row("(the statement itself)", o => Median(measured["none"][o])));
        Console.WriteLine(Row("empty PL/pgSQL trigger", o => Cost("empty", o)));
        Console.WriteLine(Row("typed copy into a history table", o => Cost("typed", o)));
        Console.WriteLine(Row("ChangeLog", o => Cost("changelog", o)));
        Console.WriteLine(Row("ChangeLog / typed copy", o => Cost("changelog", o) / Cost("typed", o)));
        Console.WriteLine(Row("ChangeLog with two redacted columns", o => Cost("redacted", o)));
        Console.WriteLine(Row("redaction adds, %", o => ((Cost("redacted", o) / Cost("changelog", o)) - 1) * 100));
    }

    private static string Row(string name, Func<string, double> value) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"| {name} | {value("insert"):0.0} | {value("update"):0.0} | {value("delete"):0.0} |");

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static async Task ReportMemoryAsync(BenchDatabase database)
    {
        await database.ExecuteAsync(
            $"""
            do $$
            begin
                for i in 1..{LoggedTables} loop
                    execute format('create table public.memory_%s (like public.bench_changelog including all)', i);
                end loop;
            end $$
            """);
        var without = await SessionMemoryAsync(database, "replica");
        var with = await SessionMemoryAsync(database, "origin");
        Console.WriteLine();
        Console.WriteLine(
            $"| a session that has inserted, updated and deleted in {LoggedTables} tables | contexts, MB | resident, "
                + "MB |");
        Console.WriteLine("|---|---|---|");
        Console.WriteLine(MemoryRow("without triggers", without));
        Console.WriteLine(MemoryRow("with ChangeLog", with));
        Console.WriteLine(MemoryRow("more", (with.Contexts - without.Contexts, with.Resident - without.Resident)));
    }

    private static string MemoryRow(string name, (double Contexts, double Resident) memory) =>
        string.Create(CultureInfo.InvariantCulture, $"| {name} | {memory.Contexts:0.0} | {memory.Resident:0.0} |");

    private static async Task<(double Contexts, double Resident)> SessionMemoryAsync(
        BenchDatabase database, string role)
    {
        // a new backend: what an earlier one has cached would count
        await using var dataSource = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(database.ConnectionString) { Pooling = false });
        await using var connection = await dataSource.OpenConnectionAsync();
        await connection.ExecuteAsync($"set session_replication_role = {role}");
        for (var i = 1; i <= LoggedTables; i++)
        {
            await connection.ExecuteAsync($"insert into public.memory_{i} (status, amount) values ('new', 1)");
            await connection.ExecuteAsync($"update public.memory_{i} set status = 'paid', amount = 2");
            await connection.ExecuteAsync($"delete from public.memory_{i}");
        }

        var contexts = await connection.ScalarAsync<decimal>("select sum(total_bytes) from pg_backend_memory_contexts");
        // private pages only: shared buffers count as resident of whoever touched them
        var resident = await connection.ScalarAsync<string>(
            "select substring(pg_read_file('/proc/self/status') from 'RssAnon:\\s*([0-9]+) kB')");
        return ((double)contexts / 1048576, double.Parse(resident, CultureInfo.InvariantCulture) / 1024);
    }
}
