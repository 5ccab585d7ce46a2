using ChangeLog.IntegrationTests.Schema;
using ChangeLog.TestSupport;
using Npgsql;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Coverage;

/// <summary>changelog.reconciling silences the event triggers for those who may reconcile, nobody else.</summary>
public sealed class ForgedSettingTests
{
    private const string Hidden =
        /* language=sql */
        """
        begin;
        set local changelog.reconciling = on;
        alter table shop.orders disable trigger user;
        update shop.orders set n = 2;
        alter table shop.orders enable trigger user;
        create unique index on shop.orders (n);
        drop index shop.orders_n_idx;
        create table shop.notes (id int primary key, password text);
        insert into shop.notes values (1, 'raw');
        commit;
        """;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_owner_who_forges_it_is_followed_like_anybody(bool firesAlways)
    {
        await using var database = await Installs.CreateAsync();
        await database.DataSource.ReconcileAsync(Installs.Defaults with { FireAlways = firesAlways });
        var owner = await database.CreateRoleAsync();
        await database.ExecuteAsync($"create schema shop authorization {owner.Name}");
        await using var connection = await database.DataSourceFor(
            owner).OpenConnectionAsync(TestContext.Current.CancellationToken);
        var notices = new List<string>();
        connection.Notice += (_, e) => notices.Add(e.Notice.MessageText);
        await connection.ExecuteAsync(
            "create table shop.orders (id int primary key, n int); insert into shop.orders values (1, 1)");

        await connection.ExecuteAsync(Hidden);

        (await database.LinesAsync(
            "select op, table_name, record_data, previous_data from logs.change order by position")).ShouldBe(
        [
            """I|orders|{"n": 1, "id": 1}|∅""",
            """U|orders|{"n": 2, "id": 1}|{"n": 1}""",
            """I|notes|{"id": 1, "password": "[redacted]"}|∅""",
        ]);
        notices.ShouldAllBe(notice => notice == "ChangeLog enabled its trigger on shop.orders again");
        notices.Count.ShouldBe(2);
        (await database.DataSource.ReconcileAsync(
            Installs.Defaults with { FireAlways = firesAlways })).Actions.ShouldBeEmpty();
        // what the event triggers themselves say is over when they are done
        (await connection.ScalarAsync<string>("select current_setting('changelog.reconciling', true)"))
            .ShouldNotBe("on");
        await Should.ThrowAsync<PostgresException>(
            () => connection.ExecuteAsync("select changelog.reconciling_mark()"));
    }

    [Fact]
    public async Task Who_may_reconcile_is_not_followed_whatever_role_is_set()
    {
        await using var database = await Installs.CreateAsync();
        var member = await database.CreateRoleAsync("noinherit");
        var owner = await database.CreateRoleAsync();
        await database.ExecuteAsync(
            $"""
            create table orders (id int primary key);
            alter table orders owner to {owner.Name};
            grant {owner.Name} to {member.Name};
            alter function changelog.reconciling_mark() owner to {owner.Name};
            grant usage on schema changelog to {owner.Name};
            grant select on changelog.redaction_key to {owner.Name};
            """);
        await using var connection = await database.DataSourceFor(
            member).OpenConnectionAsync(TestContext.Current.CancellationToken);

        await connection.ExecuteAsync(
            $"begin; set local role {owner.Name}; set local changelog.reconciling = on; "
                + "alter table orders disable trigger user; commit");

        (await database.LinesAsync("select distinct tgenabled from pg_trigger where tgrelid = 'orders'::regclass"))
            .ShouldBe(["D"]);
    }
}
