using ChangeLog.IntegrationTests.Dispatching;
using ChangeLog.IntegrationTests.Handlers;
using ChangeLog.Status;
using ChangeLog.TestSupport;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Schema;

/// <summary>
/// Each restore that docs/operations.md describes: no change twice, no position twice, and handlers go on.
/// </summary>
public sealed class RestoreTests : IAsyncLifetime
{
    private const string Tables =
        """
        create table customers (id int primary key, name text);
        create table orders (id int primary key, customer_id int references customers, note text);
        create table plain (id int primary key);
        create table measure (id int, at int, primary key (id, at)) partition by range (at);
        create table measure_1 partition of measure for values from (0) to (10)
        """;

    private TestDatabase _from = null!;
    private TestDatabase _to = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _from = await TestDatabase.CreateEmptyAsync();
        await _from.ExecuteAsync(Tables);
        await _from.DataSource.InstallAsync();
        // 3 + 3 + 1 + 1 rows, 2 of them changed: 10 changes
        await _from.ExecuteAsync(
            """
            insert into customers select i, 'customer ' || i from generate_series(1, 3) i;
            insert into orders select i, i, 'old' from generate_series(1, 3) i;
            insert into plain values (1);
            insert into measure values (1, 1);
            update orders set note = 'new' where id < 3;
            select lib_event.create('shop.order.paid')
            """);
        _to = await TestDatabase.CreateEmptyAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _from.DisposeAsync();
        await _to.DisposeAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_full_dump_into_an_empty_database_goes_on_where_it_was(bool isHandledBefore)
    {
        if (isHandledBefore)
        {
            await _from.DeriveAsync();
        }

        await Psql.RunAsync(_to, await Psql.DumpAsync(_from));
        await _to.DataSource.InstallAsync();

        await WriteAndAssertAsync(changes: 10);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(false, true)]
    public async Task Rows_alone_into_an_installed_database_are_not_logged_again(bool isHandledBefore, bool byPgRestore)
    {
        if (isHandledBefore)
        {
            await _from.DeriveAsync();
        }

        await InstallAsync();
        await _to.ExecuteAsync("insert into plain values (77)");

        var errors = byPgRestore
            ? await Psql.RestoreFolderAsync(_from, _to, "--data-only", "--disable-triggers")
            : await Psql.RestoreAsync(_to, await Psql.DumpAsync(_from, "--data-only", "--disable-triggers"));

        // only ChangeLog's own state, of which there is one row already
        errors.Split(
            '\n').Where(line => line.Contains("ERROR") && !line.Contains("key value violates unique constraint"))
            .ShouldBeEmpty(errors);
        await AssertNothingIsSuspendedAsync();
        (await _to.LinesAsync(
            "select table_name, reason from changelog.coverage where not captured and table_schema = 'public' "
                + "order by 1"))
            .ShouldBe(
            [
                "customers|all triggers of public.customers are disabled, as a restore does",
                "measure|all triggers of public.measure_1 are disabled, as a restore does",
                "orders|all triggers of public.orders are disabled, as a restore does",
                "plain|all triggers of public.plain are disabled, as a restore does",
            ]);
        (await _to.LinesAsync(
            """
            select event_type, payload ->> 'table', payload ->> 'db_user' = session_user
            from lib_event.event
            where event_type like 'changelog.capture.%' and payload ->> 'table' = 'public.orders'
            order by position
            """)).ShouldBe(
            ["changelog.capture.suspended|public.orders|t", "changelog.capture.resumed|public.orders|t"]);
        await WriteAndAssertAsync(changes: 11);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task What_is_written_before_a_reconcile_draws_no_position_of_before_the_restore(
        bool isOwnLog, bool disablesTriggers)
    {
        string[] options = disablesTriggers ? ["--data-only", "--disable-triggers"] : ["--data-only"];
        var dump = await Psql.DumpAsync(_from, options);
        if (!isOwnLog)
        {
            await InstallAsync();
        }

        var into = isOwnLog ? _from : _to;
        await into.ExecuteAsync(
            "insert into plain select generate_series(10, 20); select lib_event.create('shop.order.paid')");
        await Psql.RestoreAsync(into, dump);

        await into.ExecuteAsync(
            "insert into plain select generate_series(30, 40); select lib_event.create('shop.order.paid')");
        await into.ExecuteAsync("insert into plain select generate_series(50, 60)");

        (await into.LinesAsync(
            """
            select position
            from (
                select position from logs.change
                union all
                select position from lib_event.event
                union all
                select position from logs.transaction) p
            group by position
            having count(*) > 1
            """)).ShouldBeEmpty();

        // which costs each transaction a look, so that it ends
        const string isExpected = "select to_regclass('changelog.restoring') is not null";
        await into.DataSource.ReconcileAsync();
        (await into.ScalarAsync<bool>(isExpected)).ShouldBeTrue();
        await into.ExecuteAsync("comment on type changelog.restoring is '1700000000'");
        await into.DataSource.ReconcileAsync();
        (await into.ScalarAsync<bool>(isExpected)).ShouldBeFalse();
    }

    [Fact]
    public async Task Without_the_state_of_the_other_installation_rows_alone_are_restored_without_an_error()
    {
        await _from.DeriveAsync();
        await InstallAsync();

        await AssertCleanAsync(await Psql.DumpAsync(
            _from, "--data-only", "--disable-triggers", "--exclude-schema=changelog", "--exclude-schema=platform",
            "--exclude-table-data=logs.change_details*", "--exclude-table-data=logs.change_links*"));

        await WriteAndAssertAsync(changes: 10);
    }

    [Fact]
    public async Task The_tables_of_the_application_alone_are_restored_without_a_change_being_logged()
    {
        await InstallAsync();

        await AssertCleanAsync(await Psql.DumpAsync(_from, "--data-only", "--disable-triggers", "--schema=public"));

        await WriteAndAssertAsync(changes: 0);
    }

    [Fact]
    public async Task One_table_is_restored_without_a_change_being_logged_and_all_others_are_captured()
    {
        await InstallAsync();
        await _to.ExecuteAsync("insert into customers select generate_series(1, 3)");

        await AssertCleanAsync(
            await Psql.DumpAsync(_from, "--data-only", "--disable-triggers", "--table=public.orders"));

        (await _to.ScalarAsync<long>("select count(*) from orders")).ShouldBe(3);
        (await _to.LinesAsync(
            "select distinct table_name from changelog.coverage where not captured and table_schema = 'public'"))
            .ShouldBe(["orders"]);
        await _to.ExecuteAsync("insert into plain values (1); insert into measure values (1, 1)");
        await WriteAndAssertAsync(changes: 5);
    }

    [Fact]
    public async Task The_log_alone_is_restored_beside_what_was_logged_here()
    {
        await InstallAsync();
        await _to.ExecuteAsync(
            "insert into customers select generate_series(1, 3); insert into orders select i, i "
            + "from generate_series(1, 3) i; "
            + "insert into measure values (1, 1)");

        await AssertCleanAsync(await Psql.DumpAsync(
            _from, "--data-only", "--disable-triggers", "--schema=logs", "--schema=lib_event"));

        await WriteAndAssertAsync(changes: 17);
    }

    [Fact]
    public async Task With_triggers_that_fire_the_restored_rows_are_changes_of_this_database()
    {
        await InstallAsync();

        var errors = await Psql.RestoreAsync(_to, await Psql.DumpAsync(_from, "--schema=public"));

        errors.ShouldContain("relation \"orders\" already exists");
        await WriteAndAssertAsync(changes: 8);
    }

    [Fact]
    public async Task A_schema_and_rows_restored_before_the_install_are_not_logged()
    {
        // without the functions of triggers that the dump makes, which the install gives them anew
        var errors = await Psql.RestoreAsync(_to, await Psql.DumpAsync(_from, "--schema=public"));
        errors.ShouldContain("schema \"logs\" does not exist");
        await _to.DataSource.InstallAsync();

        await WriteAndAssertAsync(changes: 0);
    }

    [Fact]
    public async Task A_worker_that_runs_meanwhile_handles_everything_once()
    {
        await InstallAsync();
        await using var worker = new HostedWorker(_to, HostedWorker.Defaults);
        await worker.StartAsync();
        await _to.ExecuteAsync("insert into plain values (77)");
        await _to.WaitUntilAsync("select count(*) = 1 from logs.change_details");

        await AssertCleanAsync(await Psql.DumpAsync(_from, "--data-only", "--disable-triggers", "--schema=public"));
        await _to.ExecuteAsync("update orders set note = 'here'");

        await _to.WaitUntilAsync("select count(*) = 4 from logs.change_details");
        (await _to.LinesAsync("select count(*), count(distinct position) from logs.change")).ShouldBe(["4|4"]);
    }

    [Fact]
    public async Task A_sequence_set_back_is_found_and_put_above_what_is_there()
    {
        await InstallAsync();
        await _to.ExecuteAsync("insert into plain select generate_series(1, 50)");
        await _to.ExecuteAsync(
            "select setval('lib_event.position', (select min(position) from logs.change)); "
            + "select setval('changelog.coverage_id_seq', 1)");

        (await StatusAsync(_to)).Problems.ShouldBe(
        [
            "The sequence lib_event.position has fallen behind the log, as after a restore: "
            + "positions would be used twice. "
            + "Run: changelog reconcile",
        ]);
        (await _to.DataSource.ReconcileAsync()).Warnings.ShouldContain(
            "The sequence lib_event.position had fallen behind the log, as after a restore, and was moved past it.");

        (await StatusAsync(_to)).Problems.ShouldBeEmpty();
        await _to.ExecuteAsync("insert into plain values (51); create table later (id int primary key)");
        (await _to.LinesAsync("select count(*), count(distinct position) from logs.change")).ShouldBe(["51|51"]);
        (await _to.ScalarAsync<string>("select record_id from logs.change order by position desc limit 1"))
            .ShouldBe("51");
        (await _to.DataSource.ReconcileAsync()).Warnings.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_running_worker_puts_a_sequence_that_was_set_back_above_what_is_there()
    {
        await InstallAsync();
        await _to.ExecuteAsync("insert into plain select generate_series(1, 50)");
        await _to.ExecuteAsync("select setval('lib_event.position', (select min(position) from logs.change))");

        await _to.ExecuteAsync("select changelog.note_worker(gen_random_uuid(), 'host', 1, '1')");

        await _to.ExecuteAsync("insert into plain values (51)");
        (await _to.LinesAsync("select count(*), count(distinct position) from logs.change")).ShouldBe(["51|51"]);
    }

    [Fact]
    public async Task An_installation_numbers_beyond_whatever_an_earlier_one_has_drawn()
    {
        await InstallAsync();

        (await _to.ScalarAsync<long>("select min(position) from lib_event.event"))
            .ShouldBeGreaterThan(await _from.ScalarAsync<long>("select last_value from lib_event.position"));
        (await _to.ScalarAsync<long>("select last_value from lib_event.position")).ShouldBeLessThan(1L << 53);
        (await _to.DataSource.InstallAsync()).Changed.ShouldBeFalse();
    }

    [Fact]
    public async Task What_a_superuser_disables_with_all_triggers_is_left_alone_and_told_until_it_is_enabled()
    {
        await InstallAsync();
        await _to.ExecuteAsync("alter table orders disable trigger all; insert into orders values (9)");

        (await _to.DataSource.ReconcileAsync()).Actions.ShouldBeEmpty();
        await _to.ExecuteAsync("insert into orders values (10)");

        var user = await _to.ScalarAsync<string>("select session_user::text");
        var problem = (await StatusAsync(_to)).Problems.ShouldHaveSingleItem();
        problem.ShouldStartWith("public.orders has not been captured since 20");
        problem.ShouldEndWith(
            $": {user} disabled all of its triggers, as a restore does. When that is over, run: "
                + "alter table public.orders enable trigger all");
        (await _to.ScalarAsync<long>("select count(*) from logs.change")).ShouldBe(0);
        (await OpenCoverageAsync("orders")).ShouldBe(
            ["f|all triggers of public.orders are disabled, as a restore does"]);

        await _to.ExecuteAsync("alter table public.orders enable trigger all; insert into orders values (11)");

        (await StatusAsync(_to)).Problems.ShouldBeEmpty();
        (await OpenCoverageAsync("orders")).ShouldBe(["t|∅"]);
        (await _to.LinesAsync("select record_id from logs.change")).ShouldBe(["11"]);
        await AssertNothingIsSuspendedAsync();
    }

    [Fact]
    public async Task Without_event_triggers_the_reconcile_leaves_alone_what_only_a_superuser_can_have_disabled()
    {
        await InstallAsync();
        await _to.ExecuteAsync(
            """
            drop event trigger changelog_ddl; drop event trigger changelog_drop; drop event trigger changelog_rewrite
            """);
        await _to.DataSource.ReconcileAsync();
        await _to.ExecuteAsync("alter table orders disable trigger all; alter table plain disable trigger all");

        // whoever owns plain may disable all that it has
        (await _to.DataSource.ReconcileAsync()).Actions.Select(
            action => action.Table.ToString()).Distinct().ShouldBe(["public.plain"]);
        (await StatusAsync(_to)).Problems.ShouldHaveSingleItem().ShouldContain("somebody disabled all of its triggers");
        await _to.ExecuteAsync("alter table orders enable trigger all");
        await _to.DataSource.ReconcileAsync();

        (await OpenCoverageAsync("orders")).ShouldBe(["t|∅"]);
        await _to.ExecuteAsync("insert into orders values (1)");
        (await _to.LinesAsync("select record_id from logs.change")).ShouldBe(["1"]);
    }

    [Theory]
    [InlineData("alter table plain disable trigger all", true)]
    [InlineData("alter table orders disable trigger user", false)]
    [InlineData("alter table customers disable trigger user", false)]
    public async Task What_an_owner_disables_or_not_with_all_is_put_back(string disable, bool byOwner)
    {
        await InstallAsync();
        var owner = await _to.CreateRoleAsync();
        await _to.ExecuteAsync($"alter table plain owner to {owner.Name}");

        await (byOwner ? _to.DataSourceFor(owner) : _to.DataSource).ExecuteAsync(disable);

        (await _to.LinesAsync("select tgname from pg_trigger where tgname like '!changelog%' and tgenabled = 'D'"))
            .ShouldBeEmpty();
        (await StatusAsync(_to)).Problems.ShouldBeEmpty();
        (await _to.ScalarAsync<long>("select count(*) from changelog.suspension")).ShouldBe(0);
    }

    [Fact]
    public async Task One_trigger_that_is_enabled_again_ends_what_all_began()
    {
        await InstallAsync();
        await _to.ExecuteAsync("alter table plain disable trigger all");
        (await _to.ScalarAsync<long>("select count(*) from changelog.suspension")).ShouldBe(1);
        var truncate = await _to.ScalarAsync<string>(
            "select quote_ident('!changelog_truncate_' || 'plain'::regclass::oid)");

        await _to.ExecuteAsync($"alter table plain enable trigger {truncate}");

        await AssertNothingIsSuspendedAsync();
        (await _to.ScalarAsync<long>("select count(*) from changelog.suspension")).ShouldBe(0);
    }

    private async Task InstallAsync()
    {
        await _to.ExecuteAsync(Tables);
        await _to.DataSource.InstallAsync();
    }

    private async Task AssertCleanAsync(string dump)
    {
        var errors = await Psql.RestoreAsync(_to, dump);
        errors.ShouldNotContain("ERROR", Case.Sensitive, errors);
        await AssertNothingIsSuspendedAsync();
    }

    private async Task AssertNothingIsSuspendedAsync()
    {
        (await _to.LinesAsync("select tgname from pg_trigger where tgenabled = 'D'")).ShouldBeEmpty();
        (await _to.LinesAsync(
            "select c.relname from changelog.suspension s join pg_class c on c.oid = s.table_oid "
                + "where changelog.is_suspended(c.oid)"))
            .ShouldBeEmpty();
    }

    // what was restored stands as it was, and what is written from now on is logged and handled once
    private async Task WriteAndAssertAsync(int changes)
    {
        (await _to.LinesAsync(
            "select (select count(*) from customers), (select count(*) from orders), (select count(*) from measure)"))
            .ShouldBe(["3|3|1"]);
        (await _to.LinesAsync("select count(*), count(distinct position) from logs.change")).ShouldBe(
            [$"{changes}|{changes}"]);

        await _to.DataSource.ReconcileAsync();
        await _to.ExecuteAsync("update orders set note = 'here'; delete from plain where id = 1");
        await _to.DeriveAsync();
        await _to.ExecuteAsync("update customers set name = 'here'");
        await _to.DeriveAsync();

        var deleted = await _to.ScalarAsync<int>("select count(*)::int from logs.change where op = 'D'");
        var all = changes + 6 + deleted;
        deleted.ShouldBeLessThan(2);
        (await _to.LinesAsync("select count(*), count(distinct position) from logs.change")).ShouldBe([$"{all}|{all}"]);
        (await _to.LinesAsync(
            """
            select count(*), count(distinct position), count(*) filter (where not exists (
                select from logs.change c where c.position = d.position and c.logged_at = d.logged_at))
            from logs.change_details d
            """)).ShouldBe([$"{all}|{all}|0"]);
        (await _to.LinesAsync(
            """
            select position from lib_event.event
            union all
            select position from logs.change
            union all
            select position from logs.transaction
            group by position
            having count(*) > 1
            """)).Count.ShouldBe(await _to.ScalarAsync<int>(
                """
                select count(distinct position)::int
                from (
                    select position from lib_event.event
                    union all
                    select position from logs.change) p
                """));
        (await _to.ScalarAsync<long>(
            "select count(*) from (select id from logs.changes group by id having count(*) > 1) d")).ShouldBe(0);
        (await _to.LinesAsync("select distinct behind from changelog.handler_status")).ShouldBe(["0"]);
        (await StatusAsync(_to)).Problems.ShouldBeEmpty();
    }

    private Task<IReadOnlyList<string>> OpenCoverageAsync(string table) => _to.LinesAsync(
        $"select captured, reason from changelog.coverage where table_name = '{table}' and valid_until is null");

    private static async Task<DatabaseStatus> StatusAsync(TestDatabase database)
    {
        await using var connection = await database.OpenConnectionAsync();
        return await new StatusReader(connection).ReadAsync(Token);
    }
}
