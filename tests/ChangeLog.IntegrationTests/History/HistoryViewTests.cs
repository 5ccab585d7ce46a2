using ChangeLog.IntegrationTests.Dispatching;
using ChangeLog.TestSupport;
using Npgsql;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.History;

/// <summary>What a history view shows to those to whom policies and privileges show only part of the table.</summary>
public sealed class HistoryViewTests : IAsyncLifetime
{
    private const string History =
        """
        select op, record_key, record_data, coalesce(previous_data::text, '-') from orders_history order by position
        """;

    private TestDatabase _database = null!;
    private TestRole _ann = null!;
    private TestRole _bob = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        _ann = await _database.CreateRoleAsync();
        _bob = await _database.CreateRoleAsync();
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Each_tenant_is_shown_the_changes_of_rows_that_the_policy_shows(bool handled)
    {
        await MakeOrdersAsync("create policy tenants on orders using (tenant = current_user)");
        await WriteAsync(
            $"insert into orders values (1, '{_ann.Name}', 10), (2, '{_bob.Name}', 20), (3, '{_ann.Name}', 30)",
            "update orders set total = 11 where id = 1",
            "delete from orders where id = 3");
        if (handled)
        {
            await HandleAsync();
        }

        (await LinesAsync(_ann, History)).ShouldBe(
        [
            $$"""I|1|{"id": 1, "total": 10, "tenant": "{{_ann.Name}}"}|-""",
            $$"""U|1|{"id": 1, "total": 11, "tenant": "{{_ann.Name}}"}|{"total": 10}""",
        ]);
        (await LinesAsync(_bob, History)).ShouldBe([$$"""I|2|{"id": 2, "total": 20, "tenant": "{{_bob.Name}}"}|-"""]);
        (await LinesAsync(_bob, "select op from orders_history where record_key in ('1', '2')")).ShouldBe(["I"]);
        // who is under no policy sees what is gone, too
        (await _database.LinesAsync("select op, record_key from orders_history order by position"))
            .ShouldBe(["I|1", "I|2", "I|3", "U|1", "D|3"]);
    }

    [Fact]
    public async Task A_policy_by_a_setting_of_the_session_holds_for_the_history()
    {
        await MakeOrdersAsync("create policy tenants on orders using (tenant = current_setting('shop.tenant'))");
        await WriteAsync("insert into orders values (1, 'red', 10), (2, 'blue', 20)");

        (await LinesAsync(_ann, "set shop.tenant = 'red'; select record_key from orders_history")).ShouldBe(["1"]);
        (await LinesAsync(_ann, "set shop.tenant = 'blue'; select record_key from orders_history")).ShouldBe(["2"]);
        (await LinesAsync(_ann, "set shop.tenant = 'green'; select record_key from orders_history")).ShouldBeEmpty();
        // as a select from the table itself
        (await Should.ThrowAsync<PostgresException>(() => LinesAsync(_bob, "select record_key from orders_history")))
            .SqlState.ShouldBe(PostgresErrorCodes.UndefinedObject);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_a_row_was_while_it_was_another_tenants_is_not_shown(bool handled)
    {
        await MakeOrdersAsync("create policy tenants on orders using (tenant = current_user)");
        await WriteAsync(
            $"insert into orders values (1, '{_ann.Name}', 10)",
            "update orders set total = 11",
            $"update orders set tenant = '{_bob.Name}', total = 12",
            "update orders set total = 13");
        if (handled)
        {
            await HandleAsync();
        }

        (await LinesAsync(_ann, History)).ShouldBeEmpty();
        (await LinesAsync(_bob, History)).ShouldBe(
        [
            $$"""U|1|{"id": 1, "total": 12, "tenant": "{{_bob.Name}}"}|-""",
            $$"""U|1|{"id": 1, "total": 13, "tenant": "{{_bob.Name}}"}|{"total": 12}""",
        ]);
    }

    [Theory]
    [InlineData("delete from orders where id = 1", "insert into orders values (1, '{bob}', 5)", "I")]
    [InlineData("update orders set id = 9 where id = 1", "update orders set id = 1 where id = 2", "U")]
    [InlineData("truncate orders", "insert into orders values (1, '{bob}', 5)", "I")]
    public async Task Who_takes_the_key_of_a_row_that_was_anothers_does_not_take_its_history(
        string gone, string taken, string shown)
    {
        await MakeOrdersAsync("create policy tenants on orders using (tenant = current_user)");
        await WriteAsync(
            $"insert into orders values (1, '{_ann.Name}', 10), (2, '{_bob.Name}', 20)",
            gone,
            taken.Replace("{bob}", _bob.Name, StringComparison.Ordinal));

        (await LinesAsync(_bob, "select op, previous_data is null from orders_history where record_key = '1'"))
            .ShouldBe([$"{shown}|t"]);
    }

    [Fact]
    public async Task A_policy_that_looks_at_the_whole_row_shows_the_row_as_it_stands_alone()
    {
        await _database.ExecuteAsync(
            "create table orders (id int primary key, tenant text, total int); "
            + "create function is_mine(orders) returns boolean language sql stable as 'select $1.tenant = "
            + "current_user'");
        await OpenOrdersAsync("create policy tenants on orders using (is_mine(orders))");
        await WriteAsync($"insert into orders values (1, '{_ann.Name}', 10)", "update orders set total = 11");

        (await LinesAsync(_ann, History)).ShouldBe([$$"""U|1|{"id": 1, "total": 11, "tenant": "{{_ann.Name}}"}|-"""]);
    }

    [Fact]
    public async Task Columns_that_may_not_be_selected_are_not_shown_with_a_policy_or_without()
    {
        await MakeOrdersAsync("create policy tenants on orders using (tenant = current_user)");
        await _database.ExecuteAsync(
            $"revoke select on orders from {_ann.Name}, {_bob.Name}; grant select (id, "
            + $"tenant) on orders to {_ann.Name}; "
            + $"grant select (tenant, total) on orders to {_bob.Name}");
        await WriteAsync(
            $"insert into orders values (1, '{_ann.Name}', 10), (2, '{_bob.Name}', 20)",
            "update orders set total = 11");

        (await LinesAsync(_ann, History)).ShouldBe(
        [
            $$$"""I|1|{"id": 1, "tenant": "{{{_ann.Name}}}"}|-""",
            $$$"""U|1|{"id": 1, "tenant": "{{{_ann.Name}}}"}|{}""",
        ]);
        // rows are told apart by a key that bob may not see
        (await LinesAsync(_bob, History)).ShouldBeEmpty();
        await _database.ExecuteAsync("alter table orders disable row level security");
        (await LinesAsync(_bob, History)).ShouldBeEmpty();
        (await LinesAsync(_ann, "select distinct record_key, record_data from orders_history order by 1")).ShouldBe(
        [
            $$"""1|{"id": 1, "tenant": "{{_ann.Name}}"}""", $$"""2|{"id": 2, "tenant": "{{_bob.Name}}"}""",
        ]);
    }

    [Fact]
    public async Task Who_may_not_select_from_the_table_is_shown_nothing()
    {
        await MakeOrdersAsync("create policy tenants on orders using (true)");
        await WriteAsync($"insert into orders values (1, '{_ann.Name}', 10)");
        await _database.ExecuteAsync($"revoke select on orders from {_ann.Name}");

        (await LinesAsync(_ann, History)).ShouldBeEmpty();
        (await LinesAsync(_bob, "select op from orders_history")).ShouldBe(["I"]);
        (await Should.ThrowAsync<PostgresException>(() => LinesAsync(_ann, "select op from logs.changes")))
            .SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    [Fact]
    public async Task Partitions_and_keys_of_several_columns_are_checked_by_their_root_and_all_of_their_columns()
    {
        await _database.ExecuteAsync(
            "create type kind as enum ('a', 'b'); create table orders (id int, kind kind, at timestamptz, tenant text, "
            + "primary key (id, kind, at)) partition by range (at); create table orders_1 partition of orders default");
        await OpenOrdersAsync("create policy tenants on orders using (tenant = current_user)");
        await WriteAsync(
            $"insert into orders values (1, 'a', '2026-01-01 00:00+00', '{_ann.Name}'), "
            + $"(1, 'b', '2026-01-01 00:00+00', '{_bob.Name}')");

        (await LinesAsync(
            _ann, "set timezone = 'Asia/Tokyo'; set datestyle = 'German'; select record_key from orders_history"))
            .ShouldBe(["""[1, "a", "2026-01-01T00:00:00+00:00"]"""]);
        (await LinesAsync(_bob, "select record_key from orders_history"))
            .ShouldBe(["""[1, "b", "2026-01-01T00:00:00+00:00"]"""]);
    }

    [Fact]
    public async Task A_filter_that_leaks_its_argument_is_not_run_on_what_is_hidden()
    {
        await MakeOrdersAsync("create policy tenants on orders using (tenant = current_user)");
        await WriteAsync($"insert into orders values (1, '{_ann.Name}', 10), (2, '{_bob.Name}', 20)");
        await using var logins = _database.DataSourceFor(_bob);
        await using var session = await logins.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await session.ExecuteAsync(
            "create function pg_temp.leak(jsonb) returns boolean language plpgsql cost 0.0000001 as "
            + "'begin if ($1 ->> ''id'') = ''1'' then raise exception ''leaked''; end if; return true; end'");

        (await session.LinesAsync("select record_key from orders_history where pg_temp.leak(record_data)"))
            .ShouldBe(["2"]);
    }

    [Fact]
    public async Task An_operator_of_the_readers_own_does_not_decide_what_is_shown()
    {
        await MakeOrdersAsync("create policy tenants on orders using (tenant = current_user)");
        await WriteAsync(
            $"insert into orders values (1, '{_ann.Name}', 10), (2, '{_bob.Name}', 20)",
            "delete from orders where id = 1");
        await _database.ExecuteAsync(
            $"create schema own authorization {_bob.Name}; set role {_bob.Name}; "
            + "create function own.same(int, int) returns boolean language sql as 'select true'; "
            + "create operator own.= (leftarg = int, rightarg = int, function = own.same); reset role");

        (await LinesAsync(_bob, "set search_path = own, public, pg_catalog; select record_key from orders_history"))
            .ShouldBe(["2"]);
    }

    [Fact]
    public async Task A_table_without_a_key_shows_nothing_to_whom_a_policy_binds()
    {
        await _database.ExecuteAsync("create table orders (id int, tenant text, total int)");
        await OpenOrdersAsync("create policy tenants on orders using (true)");
        await WriteAsync("insert into orders values (1, 'red', 10)");

        (await LinesAsync(_ann, History)).ShouldBeEmpty();
        (await _database.LinesAsync("select op from orders_history")).ShouldBe(["I"]);
    }

    [Fact]
    public async Task A_view_is_made_anew_under_a_name_of_ones_own()
    {
        await MakeOrdersAsync("create policy tenants on orders using (tenant = current_user)");

        (await _database.ScalarAsync<string>("select logs.make_history_view('orders')::text"))
            .ShouldBe("orders_history");
        (await _database.ScalarAsync<string>("select logs.make_history_view('orders', 'public.\"What was\"')::text"))
            .ShouldBe("\"What was\"");
        (await Should.ThrowAsync<PostgresException>(
            () => _database.ExecuteAsync("select logs.make_history_view('logs.changes')")))
            .SqlState.ShouldBe(PostgresErrorCodes.WrongObjectType);
        (await Should.ThrowAsync<PostgresException>(
            () => _database.ExecuteAsync("select logs.make_history_view('no_such')")))
            .SqlState.ShouldBe(PostgresErrorCodes.UndefinedTable);
    }

    private async Task MakeOrdersAsync(string policy)
    {
        await _database.ExecuteAsync("create table orders (id int primary key, tenant text, total int)");
        await OpenOrdersAsync(policy);
    }

    private async Task OpenOrdersAsync(string policy) =>
        await _database.ExecuteAsync(
            $"alter table orders enable row level security; {policy}; select logs.make_history_view('orders'); "
            + $"grant select on orders, orders_history to {_ann.Name}, {_bob.Name}");

    // one transaction each, as an application does
    private async Task WriteAsync(params string[] statements)
    {
        foreach (var statement in statements)
        {
            await _database.ExecuteAsync(statement);
        }
    }

    private async Task HandleAsync()
    {
        await using (await new HostedWorker(_database, HostedWorker.ShortWaits).StartAsync(everything: true))
        {
            await _database.WaitUntilAsync(
                "select not exists (select from logs.change where position not in (select position "
                    + "from logs.change_details))");
        }
    }

    private async Task<IReadOnlyList<string>> LinesAsync(TestRole role, string sql)
    {
        await using var logins = _database.DataSourceFor(role);
        await using var session = await logins.OpenConnectionAsync(TestContext.Current.CancellationToken);
        if (sql.LastIndexOf(';') is > 0 and var end)
        {
            await session.ExecuteAsync(sql[..end]);
            sql = sql[(end + 1)..];
        }

        return await session.LinesAsync(sql);
    }
}
