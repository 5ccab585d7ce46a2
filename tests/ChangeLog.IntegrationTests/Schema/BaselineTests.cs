using System.IO.Compression;
using ChangeLog.IntegrationTests.Handlers;
using ChangeLog.TestSupport;
using ChangeLogWorker.Triggers.Schema;
using ChangeLogWorker.Triggers.Schema.Comparison;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Schema;

/// <summary>A database of the commit aa6d33c, with data, is upgraded: each change of the schema is seen here.</summary>
public sealed class BaselineTests : IAsyncLifetime
{
    private const string Baseline = "Migrations/0031_drop_desired_trigger.sql";

    // all that was recorded, and what is derived from it, without what an install or reconcile writes
    private static readonly string[] Kept =
    [
        "logs.change", "logs.transaction", "logs.change_details", "logs.change_links", "logs.change_table",
        "platform.activity_logs", "platform.user_audit_logs", "platform.feature_flags", "platform.global_settings",
        "changelog.cursor", "changelog.dead_letter", "changelog.redaction_key", "changelog.redaction_rule",
        "changelog.link_policy", "changelog.timeline", "changelog.timeline_key", "changelog.exclusion",
        "changelog.cluster", "changelog.installation", "public.customers", "public.customer_events",
        "public.orders", "public.notes",
    ];

    private TestDatabase _database = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateEmptyAsync();
        await using var file = File.OpenRead(Path.Combine(
            Above(AppContext.BaseDirectory),
            "tests/ChangeLog.IntegrationTests/Schema/Fixtures/database-of-aa6d33c.sql.gz"));
        await using var unpacked = new GZipStream(file, CompressionMode.Decompress);
        using var reader = new StreamReader(unpacked);
        await Psql.RunQuietlyAsync(_database, await reader.ReadToEndAsync(Token));
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task It_becomes_what_an_install_makes_and_loses_nothing()
    {
        var before = await RowsAsync();

        var report = await _database.DataSource.InstallAsync();

        report.IsFirst.ShouldBeFalse();
        report.Scripts.ShouldContain("Migrations/0032_begin_with_tables.sql");
        report.Scripts.ShouldNotContain(script => script.StartsWith("Tables/", StringComparison.Ordinal));
        (await RowsAsync()).ShouldBe(before);
        (await _database.LinesAsync(
            """
            select
                count(*) filter (where d.installation is distinct from i.number), count(d.request_id),
                (select array_agg(b.below) from logs.request_backfill b) = array[max(d.position) + 1]
            from logs.change_details d
            cross join changelog.installation i
            """)).ShouldBe(["0|0|t"]);
        await AssertIsAsInstalledAsync();
        await using var fresh = await Installs.CreateAsync();
        const string journal = "select name from changelog.script order by name collate \"C\"";
        (await _database.LinesAsync(journal)).ShouldBe(await fresh.LinesAsync(journal));
        const string columns =
            """
            select c.oid::regclass, a.attname, row_number() over (partition by c.oid order by a.attnum)
            from pg_class c
            join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
            where c.relnamespace::regnamespace::text in ('logs', 'lib_event', 'lib_events', 'changelog', 'platform')
            and c.relkind in ('r', 'p', 'v')
            and c.relname !~ '_[0-9]{4}_[0-9]{2}$'
            order by c.oid::regclass::text collate "C", a.attnum
            """;
        (await _database.LinesAsync(columns)).ShouldBe(await fresh.LinesAsync(columns));
        // and again: there is nothing left to do
        (await _database.DataSource.InstallAsync()).Scripts.ShouldBeEmpty();
    }

    [Fact]
    public async Task It_is_captured_and_handled_afterwards()
    {
        await _database.DataSource.InstallAsync();
        await _database.DeriveAsync();

        await _database.ExecuteAsync("update public.orders set total = 7, status = 'sent'");
        await _database.ExecuteAsync("insert into public.sessions values (2)");
        await _database.DeriveAsync();

        (await _database.LinesAsync(
            """
            select c.table_name, c.op, c.record_id, c.record_data ->> 'total', c.record_data ->> 'status', d.action
            from logs.change c
            join logs.change_details d using (position, logged_at)
            order by c.position desc
            limit 2
            """)).ShouldBe(["orders|U|1|7.00|[redacted]|update", "orders|U|1|9.00|[redacted]|update"]);
        (await _database.ScalarAsync<long>(
            "select count(*) from logs.change c full join logs.change_details d using (position) "
            + "where c.position is null or d.position is null")).ShouldBe(0);
    }

    [Fact]
    public async Task A_request_of_before_is_found_in_both_views()
    {
        await _database.ExecuteAsync(
            """
            begin; select changelog.set_context('{"request_id": "r-1"}'); update public.orders set total = 7; commit
            """);
        await _database.ExecuteAsync(
            """
            select logs.derive_details(array_agg(c.position), min(c.logged_at), max(c.logged_at))
            from logs.change c
            where not exists (select from logs.change_details d where d.position = c.position)
            """);

        await _database.DataSource.InstallAsync();
        await _database.ExecuteAsync("select logs.backfill_requests(1000) from generate_series(1, 2)");

        const string condition = "where request_id = 'r-1'";
        (await _database.LinesAsync(
            $"""
            select resource, action, record_id from platform.audit_logs {condition}
            union all
            select table_schema || '.' || table_name, op, record_id from logs.changes {condition}
            order by 2
            """)).ShouldBe(["public.orders|U|1", "public.orders|update|1"]);
        (await _database.LinesAsync("select * from logs.request_backfill")).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_written_while_it_is_upgraded_is_captured_and_handled_once()
    {
        const int writers = 4;
        var waiting = writers;
        var writing = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var stop = new CancellationTokenSource();

        var orders = Enumerable.Range(0, writers).Select(_ => WriteUntilAsync(() =>
        {
            if (Interlocked.Decrement(ref waiting) == 0)
            {
                writing.SetResult();
            }
        }, stop.Token)).ToList();
        await writing.Task.WaitAsync(Token);
        await _database.DataSource.InstallAsync();
        await _database.DataSource.ReconcileAsync(Installs.Defaults);
        await stop.CancelAsync();
        var written = (await Task.WhenAll(orders)).SelectMany(ids => ids).ToList();
        await _database.DeriveAsync();

        (await _database.LinesAsync(
            """
            select w.id, array_agg(concat_ws(' ', c.op, d.action, c.record_data ->> 'status') order by c.position)
            from unnest($1) w (id)
            left join logs.change c on c.table_name = 'orders' and c.record_id = w.id
            left join logs.change_details d on d.position = c.position and d.logged_at = c.logged_at
            group by w.id
            having array_agg(concat_ws(' ', c.op, d.action, c.record_data ->> 'status') order by c.position)
                is distinct from array['I create [redacted]', 'U update [redacted]']
            limit 9
            """,
            written))
            .ShouldBeEmpty();
    }

    [Fact]
    public async Task One_of_before_it_is_refused_with_what_to_run_and_left_as_it_is()
    {
        await _database.ExecuteAsync("delete from changelog.script where name ~ '^Migrations/00(2|3)'");
        var before = await Catalog.OfAsync(_database);

        var refused = await Installs.RefusalAsync(() => _database.DataSource.InstallAsync(), 2);

        refused.Message.ShouldBe(
            $"The installed schema is too old for this program to upgrade: it lacks {Baseline}. Nothing was "
            + "changed. Install the version before this one first (changelog install, "
            + "of the last commit with that file), "
            + "then run this again.");
        (await Catalog.OfAsync(_database)).ShouldBe(before);
    }

    // an order and its update in transactions of their own, again and again; says once that it has written
    private async Task<List<string>> WriteUntilAsync(Action wrote, CancellationToken stop)
    {
        List<string> ids = [];
        await using var connection = await _database.OpenConnectionAsync();
        while (!stop.IsCancellationRequested)
        {
            var id = await connection.ScalarAsync<long>(
                "insert into public.orders (status, total) values ('new', 1) returning id");
            await connection.ExecuteAsync("update public.orders set total = 2 where id = $1", id);
            ids.Add($"{id}");
            if (ids.Count == 1)
            {
                wrote();
            }
        }

        return ids;
    }

    private async Task AssertIsAsInstalledAsync()
    {
        await using var connection = await _database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync(Token);
        (await SchemaInstaller.DifferencesAsync(connection, Token)).ShouldBeEmpty();
        // roles that this cluster has not are not granted to
        static string WithoutRights(IEnumerable<SchemaFact> facts) =>
            SchemaFact.Print(facts.Where(fact => fact.Kind != "rights"));
        WithoutRights(await FactCatalog.ReadAsync(connection, Token)).ShouldBe(WithoutRights(SchemaFact.Expected));
    }

    // an install notes when it ran, and at what it looked
    private async Task<IReadOnlyList<string>> RowsAsync()
    {
        List<string> rows = [];
        foreach (var table in Kept)
        {
            rows.AddRange(await _database.LinesAsync(
                $"""
                select '{table}', r.row
                from (
                    select (to_jsonb(t)
                        - array['reconciled_at', 'graph', 'prepared_at', 'installation', 'request_id'])::text as row
                    from {table} t) r
                order by r.row collate "C"
                """));
        }

        return
        [
            .. rows,
            .. await _database.LinesAsync(
                """
                select to_jsonb(e)::text
                from lib_event.event e
                where event_type !~ '^changelog[.](schema|capture|settings)'
                order by 1
                """),
        ];
    }

    private static string Above(string directory) =>
        File.Exists(Path.Combine(directory, "ChangeLog.sln")) ? directory : Above(Path.GetDirectoryName(directory)!);
}
