using ChangeLog.IntegrationTests.Schema;
using ChangeLog.TestSupport;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Coverage;

public sealed class ExclusionTests
{
    [Fact]
    public async Task An_excluded_table_loses_its_triggers_and_gets_them_back()
    {
        await using var database = await CreateShopAsync();
        var excluded = await database.DataSource.ReconcileAsync(Installs.Without("shop.log_*", "sessions"));

        excluded.SettingChanges.ShouldBe(
            ["No longer captured: sessions", "No longer captured: shop.log_*"], ignoreOrder: true);
        excluded.Actions.Select(a => $"{a.Table} {a.Action}: {a.Reason}").Distinct().ShouldBe(
            ["public.sessions drop: excluded by sessions", "shop.log_in drop: excluded by shop.log_*"]);
        (await CapturedAsync(database)).ShouldBe(["shop.logbook", "shop.orders"]);

        var kept = await database.DataSource.ReconcileAsync();
        kept.SettingChanges.ShouldBeEmpty();
        kept.Actions.ShouldBeEmpty();

        var none = await database.DataSource.ReconcileAsync(Installs.Without());
        none.SettingChanges.Count.ShouldBe(2);
        (await CapturedAsync(database)).ShouldBe(["sessions", "shop.log_in", "shop.logbook", "shop.orders"]);
        (await database.LinesAsync(
            "select payload -> 'before', payload -> 'after', payload ->> 'db_user' = session_user from lib_event.event "
            + "where event_type = 'changelog.exclusions.changed' order by position")).ShouldBe(
            ["""[]|["sessions", "shop.log_*"]|t""", """["sessions", "shop.log_*"]|[]|t"""]);
    }

    [Fact]
    public async Task The_stored_exclusions_hold_for_new_tables_at_once()
    {
        await using var database = await CreateShopAsync();
        await database.DataSource.ReconcileAsync(Installs.Without("shop.*"));
        await database.ExecuteAsync("create table shop.more (id int); create table other (id int)");
        (await CapturedAsync(database)).ShouldBe(["other", "sessions"]);
        (await database.LinesAsync("select captured, reason from changelog.coverage where table_name = 'more'"))
            .ShouldBe(["f|excluded by shop.*"]);
    }

    [Fact]
    public async Task An_exclusion_of_a_root_holds_for_its_partitions_and_one_of_a_partition_is_a_warning()
    {
        await using var database = await Installs.CreateAsync();
        await database.ExecuteAsync(
            "create table root (id int) partition by range (id); create table leaf partition of root default");
        (await database.DataSource.ReconcileAsync(Installs.Without("leaf"))).Warnings.ShouldBe(
            ["NON_LOGGED_TABLES: leaf matches the partition leaf; partitions are logged with their root root."]);
        (await database.TriggersAsync()).Count.ShouldBe(3);
        await database.DataSource.ReconcileAsync(Installs.Without("root"));
        (await database.TriggersAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_table_that_is_excluded_while_a_restore_has_disabled_its_triggers_loses_them_too()
    {
        await using var database = await CreateShopAsync();
        await database.ExecuteAsync("alter table shop.orders disable trigger all");
        (await database.ScalarAsync<bool>("select changelog.is_suspended('shop.orders'::regclass)")).ShouldBeTrue();

        await database.DataSource.ReconcileAsync(Installs.Without("shop.orders"));

        (await CapturedAsync(database)).ShouldBe(["sessions", "shop.log_in", "shop.logbook"]);
    }

    [Fact]
    public async Task A_disabled_trigger_of_a_partition_is_not_to_be_enabled_before_it_goes_with_its_excluded_root()
    {
        await using var database = await Installs.CreateAsync(followsDdl: false);
        await database.ExecuteAsync(
            "create table root (id int) partition by range (id); create table leaf partition of root default");
        await database.DataSource.ReconcileAsync();
        await database.ExecuteAsync(
            """
            do $$ begin
                execute format('alter table leaf disable trigger %I', '!changelog_row_' || 'root'::regclass::oid);
            end $$;
            insert into changelog.exclusion (pattern, schema_like, table_like) values ('root', '%', 'root')
            """);

        (await database.LinesAsync(
            "select table_name, action, regexp_replace(trigger_name, '[0-9]+$', '') from changelog.trigger_plan()"))
            .ShouldBe(["leaf|drop|!changelog_truncate_", "root|drop|!changelog_row_"]);
        await database.DataSource.ReconcileAsync(Installs.Without("root"));
        (await database.TriggersAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_pattern_that_matches_nothing_names_the_nearest_table()
    {
        await using var database = await CreateShopAsync();
        await database.ExecuteAsync("create table public.ft (id int primary key)");
        var report = await database.DataSource.ReconcileAsync(Installs.Without("shop.order", "SESSIONS"));
        report.Warnings.ShouldBe(
        [
            "NON_LOGGED_TABLES: SESSIONS matches no table. The nearest is public.sessions.",
            "NON_LOGGED_TABLES: shop.order matches no table. The nearest is shop.orders.",
        ],
        ignoreOrder: true);
    }

    [Fact]
    public async Task A_dry_run_shows_what_new_exclusions_would_do_and_stores_nothing()
    {
        await using var database = await CreateShopAsync();
        var plan = await database.DataSource.PlanReconcileAsync(Installs.Without("shop.orders"));
        plan.SettingChanges.ShouldBe(["No longer captured: shop.orders"]);
        plan.Actions.Count.ShouldBe(2);
        (await database.LinesAsync("select pattern from changelog.exclusion")).ShouldBeEmpty();
        (await CapturedAsync(database)).ShouldContain("shop.orders");
    }

    [Fact]
    public async Task Schemas_narrow_what_is_captured()
    {
        await using var database = await CreateShopAsync();
        await database.DataSource.ReconcileAsync(Installs.Defaults with { Schemas = ["shop"] });
        (await CapturedAsync(database)).ShouldBe(["shop.log_in", "shop.logbook", "shop.orders"]);
        (await database.LinesAsync(
            "select table_name, reason from changelog.coverage where not captured order by 1")).ShouldBe(
        [
            "feature_flags|schema platform is not among ChangeLog:Schemas",
            "global_settings|schema platform is not among ChangeLog:Schemas",
            "sessions|schema public is not among ChangeLog:Schemas",
        ]);
    }

    private static async Task<TestDatabase> CreateShopAsync()
    {
        var database = await Installs.CreateAsync();
        await database.ExecuteAsync(
            """
            create table sessions (id int);
            create schema shop;
            create table shop.orders (id int);
            create table shop.log_in (id int);
            create table shop.logbook (id int)
            """);
        return database;
    }

    private static async Task<IEnumerable<string>> CapturedAsync(TestDatabase database) =>
        (await database.TriggersAsync()).Select(line => line.Split('|')[0]).Distinct();
}
