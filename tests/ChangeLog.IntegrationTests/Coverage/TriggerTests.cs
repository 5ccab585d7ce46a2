using ChangeLog.IntegrationTests.Schema;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Coverage;

/// <summary>Which triggers tables get, where no event trigger helps.</summary>
public sealed class TriggerTests
{
    private const string Remade =
        "do $$ begin execute format('drop trigger %1$I on orders; create trigger %1$I ";

    [Fact]
    public async Task Each_kind_of_table_gets_its_triggers_with_its_key()
    {
        await using var database = await Installs.CreateAsync(followsDdl: false);
        await database.ExecuteAsync(
            """
            create table by_id (code int primary key, id int);
            create unique index on by_id (id);
            create table by_id_partial (code int primary key, id int);
            create unique index on by_id_partial (id) where id > 0;
            create table by_id_deferrable (code int primary key, id int unique deferrable);
            create table by_key ("the key" int primary key);
            create table by_two (a int, b text, "c,d" int, primary key ("c,d", a));
            create table by_unique (a int unique, b int not null unique, c int not null unique);
            create table by_expression (a int not null);
            create unique index on by_expression ((a + 1));
            create table by_include (a int not null, b int);
            create unique index on by_include (a) include (b);
            create table by_nothing (a int);
            create unlogged table unlogged (id int primary key);
            create table child () inherits (by_key);
            create temporary table temporary (id int primary key);
            create materialized view summary as select * from by_key;
            create view plain as select * from by_key
            """);

        var report = await database.DataSource.ReconcileAsync();

        report.Failed.ShouldBeEmpty();
        (await database.TriggersAsync()).Where(line => line.Contains("row_", StringComparison.Ordinal)).ShouldBe(
        [
            "by_expression|!changelog_row_own|logs.capture_row_change()|O",
            "by_id|!changelog_row_own|logs.capture_row_change('id')|O",
            "by_id_deferrable|!changelog_row_own|logs.capture_row_change('code')|O",
            "by_id_partial|!changelog_row_own|logs.capture_row_change('code')|O",
            "by_include|!changelog_row_own|logs.capture_row_change('a')|O",
            "by_key|!changelog_row_own|logs.capture_row_change('the key')|O",
            "by_nothing|!changelog_row_own|logs.capture_row_change()|O",
            "by_two|!changelog_row_own|logs.capture_row_change('', '{\"c,d\",a}')|O",
            "by_unique|!changelog_row_own|logs.capture_row_change('b')|O",
            "child|!changelog_row_own|logs.capture_row_change()|O",
            "unlogged|!changelog_row_own|logs.capture_row_change('id')|O",
        ]);
        (await database.TriggersAsync()).Count(
            line => line.Contains("truncate_", StringComparison.Ordinal)).ShouldBe(11);
        (await database.LinesAsync("select table_name, captured, reason from changelog.coverage where not captured"))
            .ShouldBe(["summary|f|a materialized view is derived from other tables"]);
    }

    [Fact]
    public async Task A_partition_tree_has_its_row_trigger_on_the_root_and_truncate_triggers_on_its_leaves()
    {
        await using var database = await Installs.CreateAsync(followsDdl: false);
        await database.ExecuteAsync(
            """
            create table root (id int primary key) partition by range (id);
            create table leaf partition of root for values from (0) to (10);
            create table branch partition of root for values from (10) to (20) partition by range (id);
            create table twig partition of branch for values from (10) to (20)
            """);
        await database.DataSource.ReconcileAsync();

        var oid = await database.ScalarAsync<string>("select 'root'::regclass::oid::text");
        IReadOnlyList<string> triggers =
        [
            $"branch|!changelog_row_other|logs.capture_partition_change('id', '', '', '', '', '{oid}', 'public', "
                + "'root')|O",
            $"leaf|!changelog_row_other|logs.capture_partition_change('id', '', '', '', '', '{oid}', 'public', "
                + "'root')|O",
            $"leaf|!changelog_truncate_own|logs.capture_truncate('', '', '', '', '', '{oid}', 'public', 'root')|O",
            "root|!changelog_row_own|logs.capture_partition_change('id', '', '', '', '', 'oid', 'public', 'root')|O",
            $"twig|!changelog_row_other|logs.capture_partition_change('id', '', '', '', '', '{oid}', 'public', "
                + "'root')|O",
            $"twig|!changelog_truncate_own|logs.capture_truncate('', '', '', '', '', '{oid}', 'public', 'root')|O",
        ];
        (await database.TriggersAsync()).ShouldBe(triggers);
        (await database.CoverageAsync()).ShouldBe(["public.root|t|∅|still"]);

        await database.ExecuteAsync("alter table root rename to trunk");
        await database.DataSource.ReconcileAsync();
        (await database.TriggersAsync()).ShouldBe(
            triggers.Select(line => line.Replace("'root'", "'trunk'", StringComparison.Ordinal)
                .Replace("root|", "trunk|", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_attached_table_loses_its_own_row_trigger_and_a_detached_one_gets_it_back()
    {
        await using var database = await Installs.CreateAsync(followsDdl: false);
        await database.ExecuteAsync(
            """
            create table root (id int primary key) partition by range (id);
            create table leaf (id int primary key)
            """);
        await database.DataSource.ReconcileAsync();
        await database.ExecuteAsync("alter table root attach partition leaf for values from (0) to (10)");

        (await database.DataSource.ReconcileAsync()).Actions.Select(a => $"{a.Table} {a.Action}: {a.Reason}").ShouldBe(
        [
            "public.leaf drop: the table has, or inherits, the trigger it needs",
            "public.leaf replace: the columns, the key, the redaction, the options or the root's name changed",
        ]);
        await database.ExecuteAsync("insert into root values (1)");
        (await database.ScalarAsync<long>("select count(*) from logs.change")).ShouldBe(1);

        await database.ExecuteAsync("alter table root detach partition leaf");
        await database.DataSource.ReconcileAsync();
        (await database.TriggersAsync()).Where(line => line.StartsWith("leaf", StringComparison.Ordinal)).ShouldBe(
        [
            "leaf|!changelog_row_own|logs.capture_row_change('id')|O",
            "leaf|!changelog_truncate_own|logs.capture_truncate()|O",
        ]);
    }

    [Theory]
    [InlineData("alter table orders disable trigger all", "enable", "the trigger is disabled")]
    [InlineData("alter table orders disable trigger user", "enable", "the trigger is disabled")]
    [InlineData(
        "do $$ begin execute format('alter table orders enable replica trigger %I', "
            + "'!changelog_row_' || 'orders'::regclass::oid); end $$", "enable", "the trigger fires on replicas only")]
    [InlineData(
        "do $$ begin execute format('drop trigger %I on orders', '!changelog_row_' || 'orders'::regclass::oid); end $$",
        "create", "the trigger is missing")]
    [InlineData(
        Remade + "after insert on orders "
            + "for each row execute function logs.capture_row_change(''id'')', '!changelog_row_' || "
            + "'orders'::regclass::oid); end $$", "replace", "the trigger was altered")]
    [InlineData(
        Remade + "after insert or update or delete on orders "
            + "for each row when (pg_trigger_depth() = 0) execute function logs.capture_row_change(''id'')', "
            + "'!changelog_row_' || 'orders'::regclass::oid); end $$", "replace", "the trigger was altered")]
    [InlineData(
        Remade + "before insert or update or delete on orders "
            + "for each row execute function logs.capture_row_change(''id'')', '!changelog_row_' || "
            + "'orders'::regclass::oid); end $$", "replace", "the trigger was altered")]
    [InlineData(
        Remade + "after insert or update or delete on orders "
            + "for each row execute function logs.capture_row_change(''total'')', '!changelog_row_' || "
            + "'orders'::regclass::oid); end $$", "replace",
        "the columns, the key, the redaction, the options or the root's name changed")]
    [InlineData(
        "do $$ begin execute format('alter trigger %I on orders rename to z', '!changelog_row_' || "
            + "'orders'::regclass::oid); end $$", "create", "the trigger is missing")]
    [InlineData(
        "alter table orders drop constraint orders_pkey", "replace",
        "the columns, the key, the redaction, the options or the root's name changed")]
    public async Task A_trigger_that_is_not_as_it_should_be_is_put_right(string sql, string action, string reason)
    {
        await using var database = await Installs.CreateAsync(followsDdl: false);
        await database.ExecuteAsync("create table orders (id int primary key, total int)");
        await database.DataSource.ReconcileAsync();
        await database.ExecuteAsync(sql);

        var plan = await database.DataSource.PlanReconcileAsync();
        var report = await database.DataSource.ReconcileAsync();

        report.Actions.ShouldContain(a => a.Action == action && a.Reason == reason);
        plan.Actions.ShouldBe(report.Actions);
        report.Failed.ShouldBeEmpty();
        (await database.DataSource.ReconcileAsync()).Actions.ShouldBeEmpty();
        await database.ExecuteAsync("insert into orders values (1, 1)");
        (await database.ScalarAsync<long>("select count(*) from logs.change")).ShouldBe(1);
        (await database.TriggersAsync()).Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_trigger_of_ours_on_a_table_that_is_ChangeLogs_own_is_dropped()
    {
        await using var database = await Installs.CreateAsync(followsDdl: false);
        await database.DataSource.ReconcileAsync();
        await database.ExecuteAsync(
            "create trigger second after insert on changelog.cursor for each row "
                + "execute function logs.capture_row_change('handler')");

        (await database.DataSource.ReconcileAsync()).Actions.Select(action => $"{action.Table} {action.Action}")
            .ShouldBe(["changelog.cursor drop"]);
        (await database.DataSource.ReconcileAsync()).Actions.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_disabled_clone_on_a_partition_is_enabled_again()
    {
        await using var database = await Installs.CreateAsync(followsDdl: false);
        await database.ExecuteAsync(
            """
            create table root (id int primary key) partition by range (id);
            create table leaf partition of root for values from (0) to (10)
            """);
        await database.DataSource.ReconcileAsync();
        var before = await database.TriggersAsync();
        await database.ExecuteAsync("alter table leaf disable trigger all");

        (await database.DataSource.ReconcileAsync()).Failed.ShouldBeEmpty();

        (await database.TriggersAsync()).ShouldBe(before);
        (await database.CoverageAsync()).ShouldBe(
        [
            "public.root|t|∅|over",
            "public.root|f|changes of public.leaf went unseen: the trigger is disabled|over",
            "public.root|t|∅|still",
        ]);
    }

    [Fact]
    public async Task A_renamed_table_is_not_captured_twice()
    {
        await using var database = await Installs.CreateAsync(followsDdl: false);
        await database.ExecuteAsync("create table orders (id int primary key)");
        await database.DataSource.ReconcileAsync();
        await database.ExecuteAsync("alter table orders rename to sales");
        (await database.DataSource.ReconcileAsync()).Actions.ShouldBeEmpty();
        (await database.TriggersAsync()).Count.ShouldBe(2);
        (await database.CoverageAsync()).ShouldBe(["public.orders|t|∅|over", "public.sales|t|∅|still"]);
    }

    [Fact]
    public async Task Options_are_followed_on_every_table()
    {
        await using var database = await Installs.CreateAsync();
        await database.ExecuteAsync(
            """
            create table orders (id int primary key);
            create table root (id int) partition by range (id);
            create table leaf partition of root default;
            create schema shop
            """);
        var report = await database.DataSource.ReconcileAsync(
            Installs.Defaults with { FireAlways = true, LogNoOpUpdates = true, Schemas = ["public", "shop"] });

        report.SettingChanges.ShouldBe(
            [
                "Schemas: all → public, shop", "Capture:LogNoOpUpdates: false → true",
                "Capture:FireAlways: false → true"]);
        var triggers = await database.TriggersAsync();
        triggers.Count.ShouldBe(5);
        triggers.ShouldAllBe(line => line.EndsWith("|A"));
        triggers.ShouldContain("orders|!changelog_row_own|logs.capture_own('id', '', '', '', 'log-no-op')|A");
        (await database.DataSource.ReconcileAsync(Installs.Defaults)).SettingChanges.ShouldBeEmpty(
            "what is not given stays");
        (await database.TriggersAsync()).ShouldBe(triggers);
        await database.DataSource.ReconcileAsync(
            Installs.Defaults with { FireAlways = false, LogNoOpUpdates = false, Schemas = [] });
        (await database.TriggersAsync()).ShouldAllBe(line => line.EndsWith("|O"));
        (await database.LinesAsync(
            "select payload -> 'after' from lib_event.event where event_type = 'changelog.capture_settings.changed' "
            + "order by position")).ShouldBe(
            [
                """{"Schemas": "public, shop", "Capture:FireAlways": "true", "Capture:LogNoOpUpdates": "true"}""",
                """{"Schemas": "all", "Capture:FireAlways": "false", "Capture:LogNoOpUpdates": "false"}""",
            ]);
    }

    [Fact]
    public async Task A_trigger_of_the_users_that_fires_first_is_a_warning()
    {
        await using var database = await Installs.CreateAsync();
        await database.ExecuteAsync(
            """
            create table orders (id int primary key);
            create function nothing() returns trigger language plpgsql as $$ begin return null; end $$;
            create trigger " first" after insert on orders for each row execute function nothing();
            create trigger z after insert on orders for each row execute function nothing();
            create trigger " before" before insert on orders for each row execute function nothing()
            """);
        (await database.DataSource.ReconcileAsync()).Warnings.ShouldHaveSingleItem()
            .ShouldStartWith("orders: the trigger \" first\" of yours fires before ChangeLog's;");
    }

    [Fact]
    public async Task Tables_of_an_extension_are_left_alone()
    {
        await using var database = await Installs.CreateAsync(followsDdl: false);
        await database.ExecuteAsync(
            "create table part_of_it (id int primary key); alter extension plpgsql add table part_of_it");
        await database.DataSource.ReconcileAsync();
        (await database.TriggersAsync()).ShouldBeEmpty();
        (await database.CoverageAsync()).ShouldBe(["public.part_of_it|f|belongs to the extension plpgsql|still"]);
    }

    [Fact]
    public async Task Reconciles_at_once_do_each_thing_once()
    {
        await using var database = await Installs.CreateAsync(followsDdl: false);
        await database.DataSource.ReconcileAsync();
        for (var i = 0; i < 20; i++)
        {
            await database.ExecuteAsync($"create table t{i} (id int primary key)");
        }

        var reports = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => database.DataSource.ReconcileAsync()));

        reports.ShouldAllBe(report => report.Failed.Count == 0);
        reports.Sum(report => report.Actions.Count).ShouldBe(40);
        (await database.TriggersAsync()).Count.ShouldBe(40);
        (await database.CoverageAsync()).Count.ShouldBe(20);
    }
}
