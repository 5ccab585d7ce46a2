using ChangeLog.TestSupport;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Schema;

public sealed class UninstallTests
{
    [Fact]
    public async Task An_uninstall_takes_capture_away_keeps_the_data_and_an_install_brings_it_back()
    {
        await using var database = await Installs.CreateAsync();
        await database.ExecuteAsync("create table orders (id int primary key)");
        await database.ExecuteAsync("insert into orders values (1)");

        var report = await database.DataSource.UninstallAsync();

        report.Actions.Select(action => (action.Table.ToString(), action.Action, action.Reason)).ShouldBe(
        [
            ("platform.feature_flags", "drop", "ChangeLog is not installed"),
            ("platform.feature_flags", "drop", "ChangeLog is not installed"),
            ("platform.global_settings", "drop", "ChangeLog is not installed"),
            ("platform.global_settings", "drop", "ChangeLog is not installed"),
            ("public.orders", "drop", "ChangeLog is not installed"),
            ("public.orders", "drop", "ChangeLog is not installed"),
        ]);
        report.Failed.ShouldBeEmpty();
        (await database.LinesAsync("select tgname from pg_trigger where tgname like '!changelog%'")).ShouldBeEmpty();
        (await database.LinesAsync("select evtname from pg_event_trigger")).ShouldBeEmpty();
        (await database.LinesAsync(
            """
            select p.proname
            from pg_proc p
            where p.pronamespace = 'logs'::regnamespace
            and p.prorettype = 'trigger'::regtype
            and p.proname like 'capture%'
            """))
            .ShouldBeEmpty();
        (await database.DataSource.IsInstalledAsync()).ShouldBeFalse();
        await database.ExecuteAsync("insert into orders values (2)");
        (await database.ScalarAsync<long>("select count(*) from logs.change")).ShouldBe(1);
        (await database.LinesAsync("select logs.as_of('orders', id::text, now()) from orders order by id"))
            .ShouldBe(["""{"id": 1}""", """{"id": 2}"""]);
        (await database.CoverageAsync()).ShouldBe(
            ["public.orders|t|∅|over", "public.orders|f|ChangeLog is not installed|still"]);

        (await database.DataSource.InstallAsync()).IsFirst.ShouldBeFalse();
        (await database.LinesAsync("select event_type from lib_event.event order by position desc limit 2")).ShouldBe(
            ["changelog.schema.installed", "changelog.schema.uninstalled"]);
        (await database.ScalarAsync<long>("select count(*) from logs.change")).ShouldBe(1);
        (await database.ScalarAsync<bool>("select uninstalled_at is null from changelog.installation")).ShouldBeTrue();
    }

    [Fact]
    public async Task An_uninstall_that_drops_the_data_leaves_nothing_of_ours()
    {
        await using var database = await Installs.CreateAsync();
        await database.ExecuteAsync("create table orders (id int primary key)");

        (await database.DataSource.UninstallAsync(dropData: true)).DroppedData.ShouldBeTrue();

        (await database.LinesAsync(
            "select nspname from pg_namespace where nspname in ('logs', 'lib_event', 'lib_events', 'changelog', "
                + "'platform')"))
            .ShouldBeEmpty();
        (await database.TriggersAsync()).ShouldBeEmpty();
        await database.ExecuteAsync("insert into orders values (1)");
    }

    [Fact]
    public async Task Data_that_objects_of_the_users_need_is_not_dropped()
    {
        await using var database = await Installs.CreateAsync();
        await database.ExecuteAsync(
            """
            create view seen as select * from logs.change;
            create view taxed as select platform.setting('tax') as tax;
            create table orders (
                id int primary key,
                ref text constraint is_set check (logs.index_key(ref) is not null),
                flag uuid constraint known references platform.feature_flags (id),
                seen_as platform.feature_flags);
            alter table orders alter ref set default logs.index_key('new');
            create index parsed on orders (logs.parse_uuid(ref));
            create function flags() returns setof platform.feature_flags language sql as
                'select * from platform.feature_flags';
            create trigger guarded before delete on orders for each row execute function logs.refuse_change();
            create publication told for table logs.change
            """);
        var before = await NeedingAsync(database);

        (await Installs.RefusalAsync(() => database.DataSource.UninstallAsync(dropData: true), 1)).Message.ShouldBe(
            "Objects of yours depend on what would be dropped: column seen_as of table public.orders, "
            + "constraint is_set on table public.orders, constraint known on table public.orders, "
            + "default value for column ref of table public.orders, function public.flags(), index public.parsed, "
            + "trigger guarded on table public.orders, view public.seen, view public.taxed. Drop "
            + "or change them first.");

        (await database.DataSource.IsInstalledAsync()).ShouldBeTrue();
        (await database.ScalarAsync<bool>("select uninstalled_at is null from changelog.installation")).ShouldBeTrue();
        (await NeedingAsync(database)).ShouldBe(before);
    }

    [Fact]
    public async Task What_ChangeLog_itself_put_on_the_users_tables_is_in_nobodys_way()
    {
        await using var database = await Installs.CreateAsync();
        await database.ExecuteAsync(
            """
            create table users (id uuid primary key);
            create table plans (id uuid primary key) partition by hash (id);
            create table plans_0 partition of plans for values with (modulus 1, remainder 0);
            select changelog.prepare_timeline('{
                "name": "plan", "root_schema": "public", "root_table": "plans", "root_key": "id",
                    "table_schema": "public",
                "table_name": "plan_events", "root_column": "plan_id", "actor_column": "actor_user_id",
                    "stage_type": "text", "children": [], "events": [],
                "foreign_keys": true}')
            """);
        await database.DataSource.ReconcileAsync(Installs.WithUsers("users", keys: true));
        (await database.LinesAsync("select linked from changelog.users_link")).ShouldBe(["t"]);

        (await database.DataSource.UninstallAsync(dropData: true)).DroppedData.ShouldBeTrue();

        (await database.LinesAsync("select tgrelid::regclass, tgname from pg_trigger where not tgisinternal"))
            .ShouldBe(["plan_events|set_timestamp"]);
    }

    [Fact]
    public async Task Data_is_not_dropped_while_a_worker_runs()
    {
        await using var database = await Installs.CreateAsync();
        await database.ExecuteAsync("select changelog.note_worker(gen_random_uuid(), 'here', 4711, '1.0.0')");

        (await Installs.RefusalAsync(() => database.DataSource.UninstallAsync(dropData: true), 1))
            .Message.ShouldStartWith("A worker is running on this database: process 4711 on here.");
    }

    [Fact]
    public async Task A_worker_that_was_killed_is_in_nobodys_way_for_long()
    {
        await using var database = await Installs.CreateAsync();
        await database.ExecuteAsync("select changelog.note_worker(gen_random_uuid(), 'here', 4711, '1.0.0')");
        await database.ExecuteAsync("update changelog.worker set seen_at = seen_at - interval '16 seconds'");

        (await database.DataSource.UninstallAsync(dropData: true)).DroppedData.ShouldBeTrue();
    }

    [Fact]
    public async Task With_nothing_installed_there_is_nothing_to_uninstall()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        (await Installs.RefusalAsync(() => database.DataSource.UninstallAsync(), 1))
            .Message.ShouldStartWith("ChangeLog is not installed in this database");
    }

    private static Task<IReadOnlyList<string>> NeedingAsync(TestDatabase database) => database.LinesAsync(
        """
        select pg_describe_object(classid, objid, objsubid)
        from pg_depend
        where refobjid in ('logs.change'::regclass, 'platform.feature_flags'::regclass, 'public.orders'::regclass)
        order by 1
        """);
}
