using System.Globalization;
using System.Text.RegularExpressions;
using ChangeLog.Notifying;
using ChangeLog.TestSupport;
using ChangeLogWorker.Triggers.Capture;
using ChangeLogWorker.Triggers.Coverage;
using Npgsql;

namespace ChangeLog.Benchmarks;

/// <summary>
/// Durable transactions a second: in each notification mode, without a worker, with a copying trigger, with none.
/// </summary>
/// <remarks>
/// 32 clients of pgbench, one insert and one update a transaction. Rounds are interleaved and medians reported; each
/// begins when everything before it is handled. CHANGELOG_BENCH_SECONDS is the length of each.
/// </remarks>
internal static partial class ModesBenchmark
{
    private const int Clients = 32;
    private const int Rounds = 3;

    private static readonly string Seconds = Environment.GetEnvironmentVariable("CHANGELOG_BENCH_SECONDS") ?? "15";

    public static async Task RunAsync()
    {
        await using var database = await BenchDatabase.StartAsync();
        await CreateTablesAsync(database);
        var script = Path.GetTempFileName();
        var measured = new Dictionary<string, List<double>>();
        try
        {
            for (var round = 0; round < Rounds; round++)
            {
                foreach (var mode in Enum.GetValues<NotificationMode>())
                {
                    await MeasureAsync(database, script, mode, "logged", $"{mode}", measured);
                }

                await MeasureAsync(database, script, null, "logged", "no worker", measured);
                await MeasureAsync(database, script, null, "copied", "typed copy", measured);
                await MeasureAsync(database, script, null, "plain", "no capture", measured);
            }
        }
        finally
        {
            File.Delete(script);
        }

        Report(database, measured);
    }

    private static async Task CreateTablesAsync(BenchDatabase database)
    {
        await new TriggerReconciler(database.DataSource, TimeProvider.System).RunOnceAsync(
            new CaptureSettings(["plain_*", "copied_*"], null, false, false), CancellationToken.None);
        foreach (var kind in new[] { "plain", "copied", "logged" })
        {
            await database.ExecuteAsync(
                $"""
                create table public.{kind}_item (id integer primary key, total bigint not null,
                    note text) with (fillfactor = 50);
                insert into public.{kind}_item select g, 0, 'some note of fair length'
                    from generate_series(1, 100000) g;
                create table public.{kind}_entry (
                    id bigint generated always as identity primary key, item_id integer not null,
                        at timestamptz default now())
                """);
        }

        foreach (var table in new[] { "copied_item", "copied_entry" })
        {
            await database.ExecuteAsync(
                $"""
                create table public.{table}_history (like public.{table}, op text, logged_at timestamptz, xid xid8);
                create function public.{table}_copy() returns trigger language plpgsql as $$
                begin
                    insert into public.{table}_history select new.*, tg_op, now(), pg_current_xact_id();
                    return null;
                end $$;
                create trigger copy after insert or update on public.{table}
                    for each row execute function public.{table}_copy()
                """);
        }
    }

    private static async Task MeasureAsync(
        BenchDatabase database,
        string script,
        NotificationMode? mode,
        string kind,
        string name,
        Dictionary<string, List<double>> measured)
    {
        await File.WriteAllTextAsync(
            script,
            $"""
            \set id random(1, 100000)
            begin;
            insert into public.{kind}_entry (item_id) values (:id);
            update public.{kind}_item set total = total + 1 where id = :id;
            commit;

            """);
        await using var worker = await database.StartWorkerAsync(mode ?? NotificationMode.WhenIdle);
        await database.WaitUntilHandledAsync();
        if (mode is null)
        {
            await StopAsync(worker);
        }

        await database.ExecuteAsync("checkpoint");
        var perSecond = await PgbenchAsync(database, script);
        if (mode is not null)
        {
            await database.WaitUntilHandledAsync();
            await StopAsync(worker);
        }

        if (!measured.TryGetValue(name, out var values))
        {
            measured[name] = values = [];
        }

        values.Add(perSecond);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {perSecond:0} tx/s"));
    }

    private static async Task StopAsync(RunningProgram worker)
    {
        await worker.SignalAsync("TERM");
        await worker.WaitForExitAsync();
    }

    private static async Task<double> PgbenchAsync(BenchDatabase database, string script)
    {
        var target = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        await using var pgbench = RunningProgram.Start(
            "pgbench",
            ["-n", "-M", "prepared", "-c", $"{Clients}", "-j", "2", "-T", Seconds, "-f", script],
            new Dictionary<string, string?>
            {
                ["PGHOST"] = target.Host,
                ["PGPORT"] = $"{target.Port}",
                ["PGUSER"] = target.Username,
                ["PGPASSWORD"] = target.Password,
                ["PGDATABASE"] = target.Database,
            });
        var result = await pgbench.WaitForExitAsync(TimeSpan.FromMinutes(10));
        return result.ExitCode == 0
            ? double.Parse(TransactionsPerSecond().Match(result.Output).Groups[1].Value, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException(result.Error);
    }

    private static void Report(BenchDatabase database, Dictionary<string, List<double>> measured)
    {
        double Of(string name) => measured[name].Order().ElementAt(measured[name].Count / 2);

        Console.WriteLine();
        Console.WriteLine(
            $"Durable commits ({database.ServerVersion}), {Clients} clients, median of {Rounds} rounds of {Seconds} s");
        Console.WriteLine();
        Console.WriteLine("| | tx/s | to no capture | to Always |");
        Console.WriteLine("|---|---|---|---|");
        foreach (var name in measured.Keys)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {name} | {Of(name):0} | {Of(name) / Of("no capture"):0.00} | {Of(name) / Of("Always"):0.00} |"));
        }
    }

    [GeneratedRegex(@"^tps = ([\d.]+)", RegexOptions.Multiline)]
    private static partial Regex TransactionsPerSecond();
}
