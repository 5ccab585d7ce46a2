using ChangeLog.IntegrationTests.Installation;
using ChangeLog.TestSupport;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Reconciliation;

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

            report.Actions.Select(action => action.Table.Name).Distinct().ShouldBe(["a", "z"]);
            var failed = report.Failed.ShouldHaveSingleItem();
            failed.Table.ToString().ShouldBe("public.locked");
            failed.Reason.ShouldStartWith($"locked by pid {holder.ProcessID} (a long report, user ");
            (await database.LinesAsync(
                "select table_name, captured, reason like 'another session%', valid_until from changelog.coverage order by 1"))
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
}
