using ChangeLog.IntegrationTests.Handlers.LinkCleanup;
using ChangeLog.IntegrationTests.Schema;
using ChangeLog.TestSupport;
using ChangeLogWorker.Triggers.Postgres;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Coverage;

public sealed class LockedTableTests
{
    [Fact]
    public async Task A_locked_table_is_named_with_who_holds_it_and_the_rest_is_done()
    {
        await using var database = await Installs.CreateAsync(followsDdl: false);
        await database.ExecuteAsync("create table a (id int); create table locked (id int); create table z (id int)");
        var reports = database.DataSourceFor(builder => builder.ApplicationName = "a long report");
        await using (var holder = await reports.OpenConnectionAsync(TestContext.Current.CancellationToken))
        {
            await holder.ExecuteAsync("begin");
            await holder.ExecuteAsync("lock table locked in row exclusive mode");

            var report = await database.DataSource.ReconcileAsync();

            report.Actions.Select(action => action.Table).Where(table => table.Schema == "public").Distinct()
                .Select(table => table.Name).ShouldBe(["a", "z"]);
            var failed = report.Failed.ShouldHaveSingleItem();
            failed.Table.ToString().ShouldBe("public.locked");
            failed.Reason.ShouldStartWith($"locked by pid {holder.ProcessID} (a long report, user ");
            (await database.LinesAsync(
                "select table_name, captured, reason like 'another session%', valid_until from changelog.coverage "
                + "where table_schema = 'public' order by 1"))
                .ShouldBe(["a|t|∅|∅", "locked|f|t|∅", "z|t|∅|∅"]);
            (await database.ScalarAsync<bool>("select reconciled_at is null or reconciled_at < clock_timestamp() "
                + "- interval '3 s' from changelog.installation")).ShouldBeTrue();
            await holder.ExecuteAsync("rollback");
        }

        (await database.DataSource.ReconcileAsync()).Failed.ShouldBeEmpty();
        (await database.LinesAsync("select captured, valid_until is null from changelog.coverage "
            + "where table_name = 'locked' order by id")).ShouldBe(["f|f", "t|t"]);
    }

    [Fact]
    public async Task A_table_that_another_session_alters_at_that_instant_does_not_end_the_reconcile()
    {
        await using var database = await Installs.CreateAsync(followsDdl: false);
        await database.ExecuteAsync(
            """
            create table a (id int);
            create table z (id int);
            """);
        await ObstructAsync(database, "CREATE TRIGGER", "% on public.a");

        var report = await database.DataSource.ReconcileAsync();

        report.Failed.ShouldHaveSingleItem().ToString().ShouldBe(
            "FailedTable { Table = public.a, Reason = tuple concurrently updated }");
        (await database.CoverageAsync()).ShouldBe(
            ["public.z|t|∅|still", "public.a|f|tuple concurrently updated|still"]);
    }

    [Fact]
    public async Task A_users_table_and_links_that_another_session_is_altering_do_not_end_the_reconcile()
    {
        await using var database = await Installs.CreateAsync(followsDdl: false);
        await database.ExecuteAsync(
            """
            create table users (id uuid primary key);
            create table notes (id int primary key, linked_table text, linked_id text)
            """);
        await ObstructAsync(database, "ALTER TABLE", "platform.%");
        await ObstructAsync(database, "GRANT", "%");

        var report = await database.DataSource.ReconcileAsync(Links.Settings("notes=delete") with
        {
            UsersTable = TableName.Parse("users"),
            UsersForeignKeys = true,
        });

        report.Failed.ShouldBeEmpty();
        report.SettingChanges.Skip(2).ShouldBe(["Dangling links from now on: public.notes (delete)"]);
        report.Warnings.ShouldBe(
        [
            "The foreign keys to the users, or those of a timeline, differ from the settings: "
            + "tuple concurrently updated. The next reconcile retries.",
            "The rights to clear links could not be granted: tuple concurrently updated. "
                + "The next reconcile retries.",
        ]);
        await database.ExecuteAsync("""drop event trigger "ALTER TABLE"; drop event trigger "GRANT" """);
        (await database.DataSource.ReconcileAsync()).SettingChanges.Count.ShouldBe(5);
    }

    [Fact]
    public async Task An_uninstall_that_meets_a_locked_table_keeps_capture_and_is_finished_by_the_next()
    {
        await using var database = await Installs.CreateAsync(followsDdl: false);
        await database.ExecuteAsync("create table a (id int); create table locked (id int)");
        await database.DataSource.ReconcileAsync();
        await using (var holder = await database.OpenConnectionAsync())
        {
            await holder.ExecuteAsync("begin");
            await holder.ExecuteAsync("lock table locked in access share mode");

            var report = await database.DataSource.UninstallAsync(dropData: true);

            report.Failed.ShouldHaveSingleItem().Table.Name.ShouldBe("locked");
            report.DroppedData.ShouldBeFalse();
            (await database.TriggersAsync()).Count.ShouldBe(2);
            await holder.ExecuteAsync("rollback");
        }

        (await database.DataSource.UninstallAsync(dropData: true)).DroppedData.ShouldBeTrue();
        (await database.LinesAsync("select to_regnamespace('logs')")).ShouldBe(["∅"]);
    }

    // as a session does that writes the same row of the catalog: the server's word for it is an internal error
    private static Task<int> ObstructAsync(TestDatabase database, string command, string identity) =>
        database.ExecuteAsync(
        $"""
        create function "{command}"() returns event_trigger language plpgsql as $$
        begin
            if exists (
                select
                from pg_event_trigger_ddl_commands() c
                where coalesce(c.object_identity, '') like '{identity}')
            then
                raise exception 'tuple concurrently updated' using errcode = 'XX000';
            end if;
        end
        $$;
        create event trigger "{command}" on ddl_command_end when tag in ('{command}') execute function "{command}"()
        """);
}
