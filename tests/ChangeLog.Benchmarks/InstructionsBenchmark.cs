using System.Globalization;
using System.Text.RegularExpressions;
using ChangeLog.TestSupport;
using ChangeLogWorker.Demo.Server;
using ChangeLogWorker.Triggers.Capture;
using ChangeLogWorker.Triggers.Coverage;
using ChangeLogWorker.Triggers.Postgres;
using ChangeLogWorker.Triggers.Redaction;
using ChangeLogWorker.Triggers.Schema;

namespace ChangeLog.Benchmarks;

/// <summary>
/// What a captured row costs its writer in instructions of the backend, which no neighbour disturbs: over no trigger,
/// beside a typed copy and with redaction.
/// </summary>
/// <remarks>
/// A cluster is stopped and copied for each figure; on the copy a server in single-user mode runs under callgrind a
/// script with few and one with many repetitions. Their difference is free of starting and planning. No notification is
/// sent.
/// </remarks>
internal static partial class InstructionsBenchmark
{
    private const int Rows = 400;
    private const int RowsOfAStatement = 100;

    private static readonly string[] Shapes = ["narrow", "wide"];
    private static readonly string[] Variants = ["none", "typed", "changelog", "redacted"];

    // "by" says how many rows one repetition writes
    private static readonly (string Name, string Operation, int By, bool IsTransaction)[] Cases =
    [
        ("a transaction of one insert", "insert", 1, true),
        ("each further insert of a transaction", "insert", 1, false),
        ("each further update", "update", 1, false),
        ("each further delete", "delete", 1, false),
        ("each row of an insert of 100", "insert", RowsOfAStatement, false),
        ("each row of an update of 100", "update", RowsOfAStatement, false),
        ("each row of a delete of 100", "delete", RowsOfAStatement, false),
    ];

    public static async Task RunAsync()
    {
        if (PostgresBinaries.OnPath("valgrind") is not { } valgrind)
        {
            Console.Error.WriteLine("This needs valgrind: apt-get install valgrind.");
            return;
        }

        await using var server = await EmbeddedPostgres.StartAsync(
            PostgresServer.BinDirectory, PostgresServer.QuickSettings, CancellationToken.None);
        await PrepareAsync(server);
        await server.StopAsync(immediate: false, CancellationToken.None);

        Console.WriteLine($"Capture, instructions over no trigger ({server.Version})");
        Console.WriteLine();
        Console.WriteLine("| | (the statement itself) | typed copy | ChangeLog | / typed | redaction adds, % |");
        Console.WriteLine("|---|---|---|---|---|---|");
        foreach (var shape in Shapes)
        {
            foreach (var one in Cases)
            {
                var cost = new Dictionary<string, double>();
                foreach (var variant in Variants)
                {
                    cost[variant] = await CountAsync(server, valgrind, $"public.{shape}_{variant}", one);
                }

                double Over(string variant) => cost[variant] - cost["none"];
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {shape}, {one.Name} | {cost["none"]:N0} | {Over("typed"):N0} | **{Over("changelog"):N0}** | "
                    + $"{Over("changelog") / Over("typed"):0.00} | "
                    + $"{((Over("redacted") / Over("changelog")) - 1) * 100:0.0} |"));
            }
        }
    }

    private static async Task PrepareAsync(EmbeddedPostgres server)
    {
        await using var dataSource = Npgsql.NpgsqlDataSource.Create(server.ConnectionString());
        var settings = new CaptureSettings(
            ["narrow_none", "narrow_typed", "narrow_history", "wide_none", "wide_typed", "wide_history"],
            null,
            false,
            false,
            new RedactionSettings(
            [
                Redacted("narrow_redacted", "name"), Redacted("narrow_redacted", "amount"),
                Redacted("wide_redacted", "last_name"), Redacted("wide_redacted", "email"),
            ]));
        await new SchemaInstaller(dataSource, TimeProvider.System).InstallAsync(
            new CaptureSettings(null, null, false, false), CancellationToken.None);
        await dataSource.ExecuteAsync("select changelog.set_notification_mode('Never')");
        foreach (var shape in Shapes)
        {
            foreach (var variant in Variants)
            {
                await dataSource.ExecuteAsync($"create table public.{shape}_{variant} ({Columns(shape)})");
                await dataSource.ExecuteAsync(
                    $"{Insert(shape, variant)} from generate_series(1, {Rows}) id order by id");
            }

            await dataSource.ExecuteAsync(
                $"""
                create table public.{shape}_history (
                    change bigint generated always as identity primary key, operation text, at timestamptz,
                    like public.{shape}_none);
                create function public.{shape}_typed() returns trigger language plpgsql as $$
                begin
                    if tg_op = 'DELETE' then
                        insert into public.{shape}_history (operation, at, {Names(shape)})
                        values (tg_op, now(), {Of("old", shape)});
                    else
                        insert into public.{shape}_history (operation, at, {Names(shape)})
                        values (tg_op, now(), {Of("new", shape)});
                    end if;
                    return null;
                end $$;
                create trigger typed after insert or update or delete on public.{shape}_typed
                for each row execute function public.{shape}_typed()
                """);
        }

        await new TriggerReconciler(dataSource, TimeProvider.System).RunOnceAsync(settings, CancellationToken.None);
        await dataSource.ExecuteAsync("vacuum analyze");
    }

    private static RedactionRule Redacted(string table, string column) => new(
        "bench",
        TableFilter.Parse([$"public.{table}"])[0],
        new ColumnPattern(column),
        RedactionMethod.Mask,
        When: null);

    private static string Columns(string shape) => shape == "narrow"
        ? "id integer primary key,\nname text,\namount numeric(12, 2)"
        : $"id integer primary key,\n{BenchDatabase.WideColumns}";

    private static string Names(string shape) => string.Join(", ", NamesOf(shape));

    private static string Of(string row, string shape) =>
        string.Join(", ", NamesOf(shape).Select(name => $"{row}.{name}"));

    private static IEnumerable<string> NamesOf(string shape) =>
        Columns(shape).Split('\n').Select(column => column.Split(' ')[0]);

    private static string Insert(string shape, string variant) => shape == "narrow"
        ? $"insert into public.narrow_{variant} select id, 'Anna Karenina', 12.5"
        : $"insert into public.wide_{variant} "
            + "(id, first_name, last_name, email, status, amount, quantity, active, birth, notes, ref_id) "
            + "select id, 'Anna', 'Karenina', 'anna@example.org', 'active', 12.5, 7, true, date '1990-01-01', "
            + "'some note of fair length that is here', uuid 'b4f4cf8e-6a3f-4f5c-9c57-0c5d5a2a8a11'";

    private static string Update(string shape) => shape == "narrow"
        ? "name = 'Anna Arkadyevna'"
        : "status = 'suspended', updated_at_sync_tick = updated_at_sync_tick + 1";

    private static async Task<double> CountAsync(
        EmbeddedPostgres server,
        string valgrind,
        string table,
        (string Name, string Operation, int By, bool IsTransaction) one)
    {
        var (few, many) = one.By == 1 ? (50, 250) : (1, 3);
        var counted = new long[2];
        foreach (var (repetitions, index) in new[] { (few, 0), (many, 1) })
        {
            counted[index] = await RunAsync(server, valgrind, Script(table, one, repetitions));
        }

        return (counted[1] - counted[0]) / (double)((many - few) * one.By);
    }

    private static string Script(
        string table, (string Name, string Operation, int By, bool IsTransaction) one, int repetitions)
    {
        var (shape, variant) = (table.Split('.')[1].Split('_')[0], table.Split('_')[1]);
        var range = $"between $1 and $1 + {one.By - 1}";
        var statement = one.Operation switch
        {
            "insert" when one.By == 1 => Insert(shape, variant).Replace("select id,", "select $1,"),
            "insert" => $"{Insert(shape, variant)} from generate_series($1, $1 + {one.By - 1}) id",
            "update" => $"update {table} set {Update(shape)} where id {(one.By == 1 ? "= $1" : range)}",
            _ => $"delete from {table} where id {(one.By == 1 ? "= $1" : range)}",
        };
        // new rows come after those that are there
        var first = one.Operation == "insert" ? Rows + 1 : 1;
        var executions = Enumerable.Range(0, repetitions)
            .Select(n => $"execute one({first + (n * one.By)})")
            .SelectMany(line => one.IsTransaction ? ["begin", line, "commit"] : new[] { line });
        string[] lines =
        [
            $"prepare one(integer) as {statement}",
            .. one.IsTransaction ? executions : ["begin", .. executions, "commit"],
        ];
        return string.Concat(lines.Select(line => $"{line};\n"));
    }

    private static async Task<long> RunAsync(EmbeddedPostgres server, string valgrind, string script)
    {
        var account = ServerAccount.Choose();
        var copy = Path.Combine(server.Directory, "copy");
        // the server's account owns the folder, and callgrind writes beside where it runs
        var shell =
            """
            rm -rf "$1" && cp -r "$2" "$1" && "$3" --tool=callgrind --callgrind-out-file=/dev/null \
                "$4" --single -D "$1" postgres >/dev/null
            """;
        using var process = account.Start(
            "sh", ["-c", shell, "count", copy, server.DataDirectory, valgrind,
                Path.Combine(server.BinDirectory, "postgres")]);
        var said = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(script);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        var text = await said;
        return Collected().Match(text) is { Success: true } found && !text.Contains("ERROR:", StringComparison.Ordinal)
            ? long.Parse(found.Groups[1].Value, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"Nothing was counted: {text}");
    }

    [GeneratedRegex(@"Collected : (\d+)")]
    private static partial Regex Collected();
}
