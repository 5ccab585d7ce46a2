using System.Text.Json;
using ChangeLog.TestSupport;
using Shouldly;
using Xunit;

namespace ChangeLog.EndToEndTests.Verbs;

public sealed class VerbTests
{
    private const string Shop =
        """
        create table customers (id integer primary key, name text);
        create table orders (id integer primary key, customer_id integer references customers, status text,
            total numeric);
        create table order_line (order_id integer, line integer, sku text, primary key (order_id, line));
        create materialized view big_orders as select * from orders;
        """;

    private const string Work =
        """
        begin;
        select changelog.set_context('{"actor_id": "anna", "reason": "by phone"}');
        insert into customers values (7, 'Zoë');
        insert into orders values (1, 7, 'new', 10.00);
        insert into order_line values (1, 1, 'a');
        commit;
        update orders set total = 12.50, status = 'paid' where id = 1;
        """;

    [Fact]
    public async Task A_new_user_installs_runs_changes_and_asks()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        await database.ExecuteAsync(Shop);

        var plan = await Ok(database, "install", "--dry-run");
        plan.ShouldContain("ChangeLog would be installed.");
        (await database.ScalarAsync<long>("select count(*) from pg_namespace where nspname = 'changelog'")).ShouldBe(0);
        (await Ok(database, "install")).ShouldContain("ChangeLog is installed.");
        (await database.ScalarAsync<string>(
            "select payload ->> 'version' from lib_event.event where event_type = 'changelog.schema.installed'"))
            .ShouldBe((await Ok(database, "--version")).Trim());
        (await Ok(database, "install")).ShouldContain("up to date");

        await database.ExecuteAsync(Work);
        (await Ok(database, "history", "orders", "1")).ShouldContain("2 changes, 2 not yet handled");
        var children = (await Ok(database, "history", "customers", "7", "--children")).Split('\n', 2);
        children[0].ShouldBe("public.customers 7 · 3 changes, 3 not yet handled");
        await Ok(database, "run", "--once");

        var history = await Ok(database, "history", "orders", "1");
        history.ShouldContain("public.orders 1 · 2 changes\n");
        history.ShouldMatch(
            "(?m)^[-0-9]{10} [0-9:.]{12} · anna \\(as postgres\\) · created\n"
            + "    transaction [0-9a-f]{8}-[0-9a-f]{4} · .* · from 127\\.0\\.0\\.1\n    because: by phone\n"
            + "    id           1\n    customer_id  7\n    status       new\n");
        history.ShouldMatch(" · changed\n    transaction .*\n    status  new → paid\n    total   10.00 → 12.50\n");
        (await Ok(database, "history", "public.order_line", "[1,1]")).ShouldContain(
            "public.order_line [1,1] · 1 change\n");
        (await Ok(database, "history", "order_line", "1")).ShouldContain(
            "Its keys are JSON arrays of order_id, line:");
        var handled = (await Ok(database, "history", "customers", "7", "--children")).Split('\n', 2);
        handled[0].ShouldBe("public.customers 7 · 3 changes");
        handled[1].ShouldContain("created public.orders 1");
        children[1].Replace(" · not yet handled", string.Empty, StringComparison.Ordinal).ShouldBe(handled[1]);
        (await Ok(database, "history", "orders", "1", "--actor", "bert")).ShouldBe(
            "No change of public.orders 1 that is logged matches.\n");
        (await Ok(database, "history", "orders", "2")).ShouldContain(
            "No change of public.orders 2 is logged. The table has been captured since");

        await database.ExecuteAsync("alter table orders rename to purchases");
        var renamed = await Ok(database, "history", "purchases", "1");
        renamed.ShouldContain("public.purchases 1 · 2 changes");
        (await Ok(database, "history", "orders", "1")).ShouldBe(renamed);

        // a rename is no gap
        renamed.Split('\n')[1].ShouldBe(history.Split('\n')[1]);
        var unknown = await ChangeLogProgram.RunAsync(database.ConnectionString, "history", "purchase", "1");
        (unknown.ExitCode, unknown.Error.Trim()).ShouldBe((1,
            "changelog: There is no table purchase, and none of that name in the log. "
                + "Did you mean public.purchases?"));
    }

    [Fact]
    public async Task The_history_of_a_dropped_table_is_found_by_its_name_and_a_truncate_belongs_to_it()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("create table note (id integer primary key, body text)");
        await database.ExecuteAsync("insert into note values (1, 'a')");
        await database.ExecuteAsync("truncate note");
        await database.ExecuteAsync("drop table note");
        await Ok(database, "run", "--once");

        var history = await Ok(database, "history", "note", "1");

        history.ShouldContain("public.note 1 · 2 changes\n");
        history.ShouldContain("the table no longer exists.");
        history.ShouldMatch(" · created\n    transaction .*\n    body  a\n    id    1\n");
        history.ShouldContain(" · truncated public.note\n");
        (await Ok(database, "history", "note", "2")).ShouldContain("No change of public.note 2 is logged.");
    }

    [Fact]
    public async Task A_transaction_shows_its_context_and_its_changes_and_an_event_itself()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(Shop);
        await database.ExecuteAsync(Work);
        var id = await database.ScalarAsync<Guid>("select event__id from logs.transaction where actor_id = 'anna'");
        var made = await database.ScalarAsync<Guid>("""select lib_event.create('shop.order.paid', '{"order": 1}')""");
        const string Deep = "(repeat('[', 1200) || repeat(']', 1200))::jsonb";
        var odd = await database.ScalarAsync<Guid>(
            $"select lib_event.create('shop.order.paid', jsonb_build_object('deep', {Deep}), '20000-01-01')");
        await database.ExecuteAsync(
            "create table public.notes (id integer primary key, body jsonb); insert into public.notes values (1, "
                + $"{Deep})");

        var transaction = await Ok(database, "transaction", id.ToString());
        var happened = await Ok(database, "transaction", made.ToString());
        var unknown = await ChangeLogProgram.RunAsync(
            database.ConnectionString, "transaction", Guid.NewGuid().ToString());

        transaction.ShouldContain("  actor          anna\n");
        transaction.ShouldContain("  reason         by phone\n");
        transaction.ShouldContain("3 changes\n\ncreated public.customers 7");
        happened.ShouldContain("  type           shop.order.paid\n");
        happened.ShouldContain("  order          1\n");
        unknown.ExitCode.ShouldBe(1);
        // what a DateTime, or a parser of JSON as it comes, does not reach
        (await Ok(database, "transaction", odd.ToString())).ShouldContain("9999-12-31");
        (await Ok(database, "transaction", odd.ToString(), "--json")).ShouldContain("\"deep\": [");
        (await Ok(database, "history", "notes", "1")).ShouldContain("[[[");
        (await Ok(database, "history", "notes", "1", "--json")).ShouldContain("\"body\": [");
    }

    [Fact]
    public async Task A_server_is_reached_through_its_local_socket()
    {
        await using var database = await TestDatabase.CreateAsync();
        Assert.SkipUnless((await PostgresServer.GetAsync()).IsPrivate, "The named server may be on another machine.");
        var folder = await database.ScalarAsync<string>("select current_setting('unix_socket_directories')");
        var local = database.ConnectionStringFor(builder => builder.Host = folder);
        await database.ExecuteAsync(Shop);

        foreach (var verb in new[] { "install", "status" })
        {
            (await ChangeLogProgram.RunAsync(local, verb)).ExitCode.ShouldBe(0);
        }

        (await ChangeLogProgram.RunAsync(local, "run", "--once")).ExitCode.ShouldBe(0);
        (await database.ScalarAsync<long>("select count(*) from logs.change_details")).ShouldBe(
            await database.ScalarAsync<long>("select count(*) from logs.change"));
    }

    [Fact]
    public async Task Status_is_well_until_a_trigger_is_disabled()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(Shop);
        await Ok(database, "run", "--once");

        var well = await Ok(database, "status", "--all");

        // where the installer may not make event triggers, nothing puts it right before the next reconcile
        await database.ExecuteAsync("alter event trigger changelog_ddl disable");
        await database.ExecuteAsync("alter table orders disable trigger user");
        var wrong = await ChangeLogProgram.RunAsync(database.ConnectionString, "status");
        using var plan = JsonDocument.Parse(await Ok(database, "reconcile", "--dry-run", "--json"));
        await Ok(database, "reconcile");

        plan.RootElement.GetProperty("actions").EnumerateArray()
            .Select(action => action.GetProperty("table").GetString()).ShouldContain("public.orders");
        well.ShouldContain("no problems");
        well.ShouldContain("  notifications  WhenIdle: no worker is awake");
        well.ShouldMatch(@"public\.orders +table +yes");
        well.ShouldMatch(@"public\.orders +logs\.capture_\d+ +yes; pins no setting");
        wrong.Output.ShouldNotContain("Trigger functions");
        well.ShouldMatch(@"public\.big_orders +materialized view +no");
        wrong.ExitCode.ShouldBe(3);
        wrong.Output.ShouldContain("public.orders: the trigger is disabled");
        // what was done leaves events, which may not wait for long
        await Ok(database, "run", "--once");
        await Ok(database, "status");
    }

    [Fact]
    public async Task Every_verb_that_answers_writes_json_when_asked()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(Shop);
        await database.ExecuteAsync(Work);
        var id = await database.ScalarAsync<Guid>("select event__id from logs.transaction where actor_id = 'anna'");

        foreach (var arguments in new[]
        {
            "install", "install --dry-run", "reconcile", "reconcile --dry-run", "status",
            "history orders 1", "blame orders 1", $"transaction {id}",
        })
        {
            var output = await Ok(database, [.. arguments.Split(' '), "--json"]);
            Should.NotThrow(() => JsonDocument.Parse(output).Dispose(), arguments);
        }

        using var status = JsonDocument.Parse(await Ok(database, "status", "--json"));
        var oid = await database.ScalarAsync<string>("select 'orders'::regclass::oid::text");
        status.RootElement.GetProperty("tables").EnumerateArray()
            .Single(table => table.GetProperty("table").GetString() == "public.orders")
            .GetProperty("capture").ToString()
            .Where(character => !char.IsWhiteSpace(character)).ShouldBe(
                $$$"""{"function":"logs.capture_{{{oid}}}","is_own":true,"reason":null,"pins":{}}""");

        foreach (var line in (await Ok(database, "run", "--once", "--json")).Trim().Split('\n'))
        {
            using var logged = JsonDocument.Parse(line);
            logged.RootElement.GetProperty("Timestamp").GetDateTimeOffset().Offset.ShouldBe(TimeSpan.Zero);
        }
    }

    [Fact]
    public async Task Redirected_sentences_are_wrapped_at_100_columns_and_values_are_whole()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(
            $"""
            create table "{new string('t', 63)}" (id text primary key, "{new string('c', 63)}" text);
            insert into "{new string('t', 63)}" values ('{new string('k', 300)}', repeat('wide ', 500));
            """);

        var texts = new[]
        {
            await Ok(database, "status", "--all"),
            await Ok(database, "history", new string('t', 63), new string('k', 300), "--limit", "1"),
            await Ok(database, "blame", new string('t', 63), new string('k', 300)),
        };

        texts[0].Split('\n').Where(line => line.Length > 100).ShouldBeEmpty();
        foreach (var text in texts[1..])
        {
            text.ShouldContain(string.Concat(Enumerable.Repeat("wide ", 500)).TrimEnd());
            text.ShouldContain($" {new string('k', 300)}");
        }
    }

    [Fact]
    public async Task Uninstall_stops_capture_and_keeps_what_was_recorded()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(Shop);
        await database.ExecuteAsync(Work);

        (await Ok(database, "uninstall", "--yes")).ShouldContain("Nothing is captured any more.");
        await database.ExecuteAsync("update orders set status = 'sent'");

        (await Ok(database, "history", "orders", "1")).ShouldContain("2 changes");
        (await Ok(database, "blame", "orders", "1")).ShouldContain("\n    status       paid\n");
        (await ChangeLogProgram.RunAsync(database.ConnectionString, "status")).ExitCode.ShouldBe(3);
        (await Ok(database, "uninstall", "--drop-data", "--yes")).ShouldContain("are gone.");
        (await database.ScalarAsync<long>("select count(*) from pg_namespace where nspname = 'logs'")).ShouldBe(0);
    }

    [Fact]
    public async Task A_worker_that_is_told_to_stop_ends_with_exit_code_0()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var worker = ChangeLogProgram.Start(database.ConnectionString, ["run"]);
        await worker.WaitForOutputAsync("Listening on lib_event.created");

        await worker.SignalAsync("TERM");
        var result = await worker.WaitForExitAsync(TimeSpan.FromSeconds(10));

        (result.ExitCode, result.Error).ShouldBe((0, string.Empty));
    }

    [Fact]
    public async Task What_the_worker_does_arrives_at_a_collector()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(Shop);
        await using var collector = new OtlpCollector();
        await using var worker =
            ChangeLogProgram.Start(database.ConnectionString, ["run"], new Dictionary<string, string?>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Endpoint,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "200",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
            ["OTEL_BLRP_SCHEDULE_DELAY"] = "200",
        });
        await worker.WaitForOutputAsync("Listening on lib_event.created");
        await database.ExecuteAsync(Work);

        await collector.WaitForAsync("/v1/metrics", "changelog.changes.handled");
        await collector.WaitForAsync("/v1/traces", "changelog.page");
        await collector.WaitForAsync("/v1/logs", "Listening on lib_event.created");
        await worker.SignalAsync("TERM");
        (await worker.WaitForExitAsync()).ExitCode.ShouldBe(0);
    }

    private static async Task<string> Ok(TestDatabase database, params string[] arguments)
    {
        var result = await ChangeLogProgram.RunAsync(database.ConnectionString, arguments);
        result.ExitCode.ShouldBe(0, result.Error);
        return result.Output.ReplaceLineEndings("\n");
    }
}
