using ChangeLog.TestSupport;
using ChangeLogWorker.Triggers.Postgres;
using ChangeLogWorker.Triggers.Schema.Scripts;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Schema;

public sealed class InstallTests
{
    [Fact]
    public async Task An_install_says_what_it_ran_and_a_second_one_finds_nothing_to_do()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        var first = await database.DataSource.InstallAsync();
        first.IsFirst.ShouldBeTrue();
        first.Scripts.ShouldBe(EmbeddedScripts.All.Where(s => !s.IsGrant && !s.IsMigration).Select(s => s.Name));
        first.FollowsDdl.ShouldBeTrue();

        var catalog = await Catalog.OfAsync(database);
        var second = await database.DataSource.InstallAsync();
        second.IsFirst.ShouldBeFalse();
        second.Changed.ShouldBeFalse();
        second.Partitions.ShouldBeEmpty();
        second.Reconcile.Actions.ShouldBeEmpty();
        (await Catalog.OfAsync(database)).ShouldBe(catalog);
    }

    [Fact]
    public async Task Installs_at_once_leave_one_install_and_one_event()
    {
        await using var database = await Installs.CreateAsync();
        await database.ExecuteAsync("create table orders (id int primary key)");
        await database.DataSource.UninstallAsync(dropData: true);

        var reports = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => database.DataSource.InstallAsync()));

        reports.Count(report => report.IsFirst).ShouldBe(1);
        reports.Count(report => report.Changed).ShouldBe(1);
        // migrations are noted without being run
        (await database.ScalarAsync<long>("select count(*) from changelog.script where name !~ '^Migrations/'"))
            .ShouldBe(reports.Max(report => report.Scripts.Count));
        (await database.LinesAsync("select event_type, count(*) from lib_event.event group by 1"))
            .ShouldBe(["changelog.schema.installed|1"]);
    }

    [Fact]
    public async Task Installs_at_once_in_databases_of_one_cluster_do_not_fail_each_other()
    {
        var databases = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => TestDatabase.CreateEmptyAsync()));
        var reports = await Task.WhenAll(databases.Select(database => database.DataSource.InstallAsync()));
        reports.ShouldAllBe(report => report.IsFirst && report.Reconcile.Failed.Count == 0);
        foreach (var database in databases)
        {
            await database.DisposeAsync();
        }
    }

    [Fact]
    public async Task An_install_leaves_an_event_that_says_who_did_it_and_what_ran()
    {
        await using var database = await Installs.CreateAsync();
        await database.ExecuteAsync(
            "update changelog.script set hash = 'of an older text' where name = 'Routines/logs.index_key.sql'");
        await database.DataSource.InstallAsync();

        var upgraded = await database.LinesAsync(
            """
            select payload ->> 'db_user' = session_user,
                   payload ->> 'os_user',
                   payload ->> 'version' ~ '^\d+\.\d+\.\d+$',
                   payload -> 'scripts'
            from lib_event.event
            where event_type = 'changelog.schema.upgraded'
            order by position desc
            limit 1
            """);
        upgraded.ShouldBe(
            [$"t|{Environment.UserName}@{Environment.MachineName}|t|[\"Routines/logs.index_key.sql\"]"]);
    }

    [Fact]
    public async Task A_dry_run_tells_everything_and_changes_nothing()
    {
        await using var database = await Installs.CreateAsync();
        await database.ExecuteAsync("create table orders (id int primary key)");
        await database.DataSource.UninstallAsync(dropData: false);
        var before = await Catalog.OfAsync(database);

        var plan = await database.DataSource.PlanInstallAsync();

        plan.Scripts.ShouldContain("Routines/changelog.follow_ddl.sql");
        (await Catalog.OfAsync(database)).ShouldBe(before);
        (await database.TriggersAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_schema_is_recognised_as_installed()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        (await database.DataSource.IsInstalledAsync()).ShouldBeFalse();
        await using var installed = await Installs.CreateAsync();
        (await installed.DataSource.IsInstalledAsync()).ShouldBeTrue();
    }

    [Fact]
    public async Task A_dry_run_tells_of_the_foreign_keys_to_the_users_too_and_locks_no_writer_of_theirs_out()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        await database.ExecuteAsync("create table users (id uuid primary key)");
        await using var writer = await database.OpenConnectionAsync();
        await writer.ExecuteAsync("begin; insert into users values (gen_random_uuid())");
        var settings = Installs.WithUsers("users", keys: true);
        string[] set = ["Platform:UsersTable: none → public.users", "Platform:ForeignKeys: false → true"];
        string[] said =
        [
            "platform.activity_logs refers to public.users", "platform.feature_flags refers to public.users",
            "platform.global_settings refers to public.users", "platform.user_audit_logs refers to public.users",
        ];

        (await database.DataSource.PlanInstallAsync(settings)).Reconcile.SettingChanges.ShouldBe([.. set, .. said]);
        await writer.ExecuteAsync("commit");
        (await database.DataSource.InstallAsync(settings)).Reconcile.SettingChanges.ShouldBe([.. set, .. said]);
        (await database.DataSource.PlanReconcileAsync()).SettingChanges.ShouldBeEmpty();
        await database.ExecuteAsync("drop table users cascade; create table users (id uuid primary key)");
        (await database.DataSource.PlanReconcileAsync()).SettingChanges.ShouldBe(said);
        (await database.LinesAsync("select linked from changelog.users_link")).ShouldBe(["f"]);
    }
}
