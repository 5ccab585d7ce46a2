using ChangeLog.TestSupport;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Installation;

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
            "select proname from pg_proc where oid in (to_regproc('logs.capture_row_change'), to_regproc('logs.capture_truncate'))"))
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
            "select nspname from pg_namespace where nspname in ('logs', 'lib_event', 'lib_events', 'changelog', 'platform')"))
            .ShouldBeEmpty();
        (await database.TriggersAsync()).ShouldBeEmpty();
        await database.ExecuteAsync("insert into orders values (1)");
    }

    [Fact]
    public async Task Data_that_a_view_of_the_users_reads_is_not_dropped()
    {
        await using var database = await Installs.CreateAsync();
        await database.ExecuteAsync("create view seen as select * from logs.change");

        (await Installs.RefusalAsync(() => database.DataSource.UninstallAsync(dropData: true), 1))
            .Message.ShouldBe("Views of yours read what would be dropped: public.seen. Drop or change them first.");

        (await database.DataSource.IsInstalledAsync()).ShouldBeTrue();
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
}
