using ChangeLog.TestSupport;
using Npgsql;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.TestSupport;

public sealed class TestDatabaseTests
{
    [Fact]
    public async Task Each_database_is_its_own_and_is_gone_after_its_test()
    {
        string name;
        TestRole role;
        await using (var one = await TestDatabase.CreateEmptyAsync())
        await using (var other = await TestDatabase.CreateEmptyAsync())
        {
            name = one.Name;
            role = await one.CreateRoleAsync();
            await one.ExecuteAsync("create table note (body text); insert into note values ('kept')");
            await one.ExecuteAsync($"grant select on note to {role.Name}");
            (await one.DataSourceFor(role).LinesAsync("select body, null, 1.50, current_user = session_user from note"))
                .ShouldBe(["kept|∅|1.50|t"]);
            (await other.ScalarAsync<string?>("select to_regclass('note')::text")).ShouldBeNull();
        }

        var server = await PostgresServer.GetAsync();
        (await server.Admin.ScalarAsync<long>(
            "select (select count(*) from pg_database where datname = $1) + (select count(*) from pg_roles "
                + "where rolname = $2)",
            name, role.Name)).ShouldBe(0);
    }

    [Fact]
    public async Task A_wait_ends_with_the_row_and_fails_at_its_deadline()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("create table public.arrival (at int)");
        var arrival = Task.Run(() => database.ExecuteAsync("insert into public.arrival values ($1)", 1));
        await database.WaitUntilAsync("select exists (select from public.arrival)");
        await arrival;
        await Should.ThrowAsync<TimeoutException>(
            () => Eventually.TrueAsync("never", () => Task.FromResult(false), TimeSpan.FromMilliseconds(30)));
        await Should.ThrowAsync<PostgresException>(() => database.ExecuteAsync("select nonsense"));
    }

    [Fact]
    public async Task A_wait_goes_on_while_there_is_no_row_or_null()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("create table public.arrival (at int, is_over boolean)");
        var waiting = database.WaitUntilAsync("select is_over from public.arrival order by at desc limit 1");
        await database.ExecuteAsync("insert into public.arrival values (1, null)");
        await database.WaitUntilAsync("select count(*) > 0 from pg_stat_activity where query like 'select is_over%'");
        waiting.IsCompleted.ShouldBeFalse();
        await database.ExecuteAsync("insert into public.arrival values (2, true)");
        await waiting;
    }
}
