using ChangeLog.TestSupport;
using ChangeLogWorker.Triggers.Postgres;
using ChangeLogWorker.Triggers.Schema;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Schema;

/// <summary>What <c>install --print-sql</c> prints, as psql runs it.</summary>
public sealed class PrintedInstallTests
{
    [Fact]
    public async Task What_is_printed_makes_the_same_schema_when_psql_runs_it()
    {
        await using var installed = await TestDatabase.CreateEmptyAsync();
        await using var printed = await TestDatabase.CreateEmptyAsync();
        await printed.ExecuteAsync("create table orders (id int primary key)");
        await installed.DataSource.InstallAsync();

        await Psql.RunAsync(printed, SchemaInstaller.PrintSql());

        (await Catalog.OfAsync(printed)).ShouldBe(await Catalog.OfAsync(installed));
        var second = await printed.DataSource.InstallAsync();
        second.Changed.ShouldBeFalse();
        second.Reconcile.Actions.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_locked_table_is_left_and_named_and_every_other_is_done_and_open_to_its_writers()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        await database.ExecuteAsync(
            "create table \"A\" (id int); create table \"Lock ed\" (id int); create table z (id int)");
        await using var holder = await database.OpenConnectionAsync();
        await holder.ExecuteAsync("begin; lock table \"Lock ed\" in row exclusive mode");

        var script = Psql.TryAsync(database, SchemaInstaller.PrintSql());
        // while it waits
        await database.WaitUntilAsync(
            "select exists (select from pg_locks where relation = '\"Lock ed\"'::regclass and not granted)");
        await database.ExecuteAsync("set lock_timeout = '200ms'; insert into \"A\" values (1)");
        var (exitCode, errors) = await script;

        exitCode.ShouldBe(3);
        errors.ShouldContain("create trigger \"!changelog_row_");
        errors.ShouldContain("ERROR:  not captured yet: public.\"Lock ed\"");
        errors.ShouldContain(
            "HINT:  Look in pg_stat_activity for who holds a lock on it, then run: changelog reconcile");
        (await database.LinesAsync(
            "select distinct tgrelid::regclass from pg_trigger where tgname like '!changelog%' order by 1"))
            .ShouldBe(["platform.feature_flags", "platform.global_settings", "\"A\"", "z"], ignoreOrder: true);
        (await database.LinesAsync("select record_data from logs.change")).ShouldBe(["""{"id": 1}"""]);
        (await database.LinesAsync("select reconciled_at from changelog.installation")).ShouldBe(["∅"]);
        await holder.ExecuteAsync("rollback");
        (await database.DataSource.ReconcileAsync()).Actions.Select(action => action.Table.ToString()).Distinct()
            .ShouldBe(["public.Lock ed"]);
    }
}
