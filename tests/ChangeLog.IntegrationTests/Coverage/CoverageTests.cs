using ChangeLog.IntegrationTests.Schema;
using ChangeLog.TestSupport;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Coverage;

public sealed class CoverageTests
{
    private const string KnownGood = "select reconciled_at from changelog.installation";

    [Fact]
    public async Task A_trigger_found_disabled_leaves_a_gap_from_the_last_reconcile_on()
    {
        await using var database = await Installs.CreateAsync(followsDdl: false);
        await database.ExecuteAsync("create table orders (id int primary key)");
        await database.DataSource.ReconcileAsync();
        await database.DataSource.ReconcileAsync();
        await database.ExecuteAsync("alter table orders disable trigger all");
        await database.DataSource.ReconcileAsync();

        (await database.CoverageAsync()).ShouldBe(
        [
            "public.orders|t|∅|over",
            "public.orders|f|changes of public.orders went unseen: the trigger is disabled|over",
            "public.orders|t|∅|still",
        ]);
        (await database.ScalarAsync<long>(
            """
            select count(*)
            from (
                select valid_until, lead(valid_from) over (order by id) as next_from
                from changelog.coverage
            ) c
            where valid_until = next_from
            """)).ShouldBe(2);
    }

    [Fact]
    public async Task Nobody_can_note_that_a_table_is_not_captured_which_is()
    {
        await using var database = await Installs.CreateAsync();
        await database.ExecuteAsync("create table orders (id int primary key)");

        await database.ExecuteAsync("select changelog.note_unreconciled('orders'::regclass, 'it never was')");

        (await database.CoverageAsync()).ShouldBe(["public.orders|t|∅|still"]);

        // nor why a table was not, whose triggers have come to be right
        await database.ExecuteAsync(
            "update changelog.coverage set captured = false, reason = 'locked'; "
            + "select changelog.note_unreconciled('orders'::regclass, 'it never was')");

        (await database.CoverageAsync()).ShouldBe(["public.orders|f|locked|still"]);
    }

    [Theory]
    [InlineData("create table orders (id int primary key)", "alter table orders disable trigger all",
        "alter table orders enable trigger all")]
    [InlineData("create table orders (id int primary key) partition by range (id); "
        + "create table leaf partition of orders default", "alter table leaf disable trigger all",
        "alter table leaf enable trigger all")]
    public async Task A_trigger_that_was_disabled_for_a_while_leaves_a_gap_too(
        string table, string disabling, string enabling)
    {
        await using var database = await Installs.CreateAsync(followsDdl: false);
        await database.ExecuteAsync(table);
        await database.DataSource.ReconcileAsync();
        await database.DataSource.ReconcileAsync();
        await database.ExecuteAsync("insert into orders values (1)");
        await database.ExecuteAsync($"{disabling}; insert into orders values (2); {enabling}");
        await database.ExecuteAsync("insert into orders values (3)");

        var actions = (await database.DataSource.ReconcileAsync()).Actions;
        (await database.DataSource.ReconcileAsync()).Actions.ShouldBeEmpty();

        actions.Select(action => action.Reason).Distinct().ShouldBe(
            ["the trigger was altered and restored since it was last found correct"]);
        (await database.LinesAsync("select record_id from logs.change order by position")).ShouldBe(["1", "3"]);
        (await database.LinesAsync(
            """
            select table_name, captured, reason like 'changes of public.% went unseen: %', valid_until is null
            from changelog.coverage
            where table_schema <> 'platform'
            order by id
            """)).ShouldBe(["orders|t|∅|f", "orders|f|t|f", "orders|t|∅|t"]);
        (await database.ScalarAsync<bool>(
            """
            select bool_and(payload ->> 'unseen_since' is not null)
            from lib_event.event
            where event_type = 'changelog.trigger.restored'
            """)).ShouldBeTrue();
    }

    [Fact]
    public async Task What_a_reconcile_does_itself_is_no_gap()
    {
        await using var database = await Installs.CreateAsync(followsDdl: false);
        await database.ExecuteAsync("create table orders (id int primary key)");
        await database.DataSource.ReconcileAsync();
        await database.ExecuteAsync(
            "alter table orders drop constraint orders_pkey; alter table orders rename to sales");
        await database.DataSource.ReconcileAsync();
        var always = Installs.Defaults with { FireAlways = true };
        await database.DataSource.ReconcileAsync(always);

        (await database.DataSource.ReconcileAsync(always)).Actions.ShouldBeEmpty();
        (await database.LinesAsync("select from changelog.coverage where not captured")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_gap_of_a_table_that_came_after_the_last_reconcile_begins_with_the_table()
    {
        await using var database = await Installs.CreateAsync();
        await database.DataSource.ReconcileAsync();
        await database.ExecuteAsync("create table orders (id int primary key)");
        await database.ExecuteAsync(
            "alter event trigger changelog_ddl disable; alter table orders disable trigger all; "
            + "alter event trigger changelog_ddl enable");
        await database.DataSource.ReconcileAsync();

        (await database.LinesAsync(
            "select captured, valid_from <= valid_until from changelog.coverage where valid_until is not null "
                + "order by id"))
            .ShouldBe(["t|t", "f|t"]);
    }

    [Fact]
    public async Task A_followed_key_leaves_no_gap()
    {
        await using var database = await Installs.CreateAsync(followsDdl: false);
        await database.ExecuteAsync("create table orders (id int)");
        await database.DataSource.ReconcileAsync();
        await database.ExecuteAsync("alter table orders add primary key (id)");
        (await database.DataSource.ReconcileAsync()).Actions.Count.ShouldBe(1);
        (await database.CoverageAsync()).ShouldBe(["public.orders|t|∅|still"]);
    }

    [Fact]
    public async Task A_dropped_tables_coverage_ends()
    {
        await using var database = await Installs.CreateAsync(followsDdl: false);
        await database.ExecuteAsync("create table orders (id int)");
        await database.DataSource.ReconcileAsync();
        await database.ExecuteAsync("drop table orders");
        await database.DataSource.ReconcileAsync();
        (await database.CoverageAsync()).ShouldBe(["public.orders|t|∅|over"]);
    }

    [Fact]
    public async Task An_install_begins_the_coverage_of_every_table_and_is_known_good_from_then()
    {
        await using var database = await Installs.CreateAsync();
        await database.DataSource.UninstallAsync(dropData: true);
        await database.ExecuteAsync("create table orders (id int); create table sessions (id int)");
        await database.DataSource.InstallAsync(Installs.Without("sessions"));
        (await database.CoverageAsync()).ShouldBe(
            ["public.orders|t|∅|still", "public.sessions|f|excluded by sessions|still"], ignoreOrder: true);
        (await database.ScalarAsync<bool>("select reconciled_at is not null from changelog.installation"))
            .ShouldBeTrue();
    }

    [Fact]
    public async Task A_disabled_trigger_of_a_locked_table_is_a_gap_for_as_long_as_it_cannot_be_put_right()
    {
        await using var database = await Installs.CreateAsync(followsDdl: false);
        await database.ExecuteAsync("create table orders (id int)");
        await database.DataSource.ReconcileAsync();
        await database.DataSource.ReconcileAsync();
        await database.ExecuteAsync("alter table orders disable trigger all");
        await using (var holder = await database.OpenConnectionAsync())
        {
            await holder.ExecuteAsync("begin");
            await holder.ExecuteAsync("lock table orders in row exclusive mode");
            var knownGood = await database.ScalarAsync<DateTime>(KnownGood);
            (await database.DataSource.ReconcileAsync()).Failed.Count.ShouldBe(1);
            (await database.CoverageAsync()).ShouldBe(
                ["public.orders|t|∅|over", "public.orders|f|another session holds a lock on the table|still"]);
            // of what could not be put right nothing is known from now on either
            (await database.ScalarAsync<DateTime>(KnownGood)).ShouldBe(knownGood);
            await holder.ExecuteAsync("rollback");
        }

        await database.DataSource.ReconcileAsync();
        (await database.CoverageAsync()).ShouldBe(
        [
            "public.orders|t|∅|over",
            "public.orders|f|another session holds a lock on the table|over",
            "public.orders|t|∅|still",
        ]);
        (await database.ScalarAsync<bool>(
            "select c.valid_until < now() - interval '2 s' from changelog.coverage c where c.table_name = 'orders' "
                + "order by id limit 1")).ShouldBeTrue();
    }
}
