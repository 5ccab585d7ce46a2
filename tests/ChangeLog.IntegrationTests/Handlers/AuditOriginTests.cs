using ChangeLog.TestSupport;
using Npgsql;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Handlers;

/// <summary>The columns of both views that say from where a change came, and in which request.</summary>
public sealed class AuditOriginTests : IAsyncLifetime
{
    private TestDatabase _database = null!;
    private TestRole _shop = null!;
    private TestRole _clerk = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        _shop = await _database.CreateRoleAsync();
        _clerk = await _database.CreateRoleAsync();
        await _database.ExecuteAsync(
            $"""
            create table public.item (id integer primary key, name text);
            grant select, insert, update, delete on public.item to {_clerk.Name};
            grant usage on schema platform to {_shop.Name};
            grant insert, select on platform.audit_logs to {_shop.Name};
            grant {_clerk.Name} to {_shop.Name}
            """);
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task A_change_says_who_was_connected_from_where_and_in_which_request_and_transaction()
    {
        await WriteAsync("r-1", $"set local role {_clerk.Name}; insert into public.item values (1, 'a')");
        await _database.ExecuteAsync("insert into public.item values (2, 'b')");
        await _database.DeriveAsync();

        var owner = new NpgsqlConnectionStringBuilder(_database.ConnectionString).Username;
        const string columns = "db_user, db_role, application_name, client_addr, request_id";
        string[] expected = [$"{_shop.Name}|{_clerk.Name}|shop|127.0.0.1|r-1", $"{owner}|∅|tests|127.0.0.1|∅"];
        (await _database.LinesAsync($"select {columns} from platform.audit_logs order by id")).ShouldBe(expected);
        (await _database.LinesAsync($"select {columns} from logs.changes order by position")).ShouldBe(expected);
        (await _database.LinesAsync(
            """
            select a.event__id = c.event__id, e.headers ->> 'event_type', e.payload -> 'context' ->> 'request_id'
            from platform.audit_logs a
            join logs.changes c using (id)
            join lib_events.events e on e.event__id = a.event__id
            order by id
            """)).ShouldBe(["t|changelog.transaction.recorded|r-1", "t|changelog.transaction.recorded|∅"]);
    }

    [Fact]
    public async Task An_own_entry_says_the_same_of_its_connection_whatever_it_claims()
    {
        await WriteAsync(
            "r-1",
            """
            insert into platform.audit_logs (
                action, resource, db_user, db_role, application_name, client_addr, event__id)
            values ('export', 'report', 'boss', 'boss', 'boss', '10.0.0.1', gen_random_uuid());
            insert into platform.audit_logs (action, resource, request_id) values ('print', 'report', 'r-2')
            """);

        (await _database.LinesAsync(
            """
            select
                action, db_user, db_role, application_name, client_addr, request_id, a.event__id = a.id,
                e.headers ->> 'event_type'
            from platform.audit_logs a
            join lib_events.events e on e.event__id = a.event__id
            order by action
            """)).ShouldBe(
        [
            $"export|{_shop.Name}|∅|shop|127.0.0.1|r-1|t|changelog.audit.recorded",
            $"print|{_shop.Name}|∅|shop|127.0.0.1|r-2|t|changelog.audit.recorded",
        ]);
    }

    [Fact]
    public async Task A_request_is_found_in_changes_and_entries_however_long_its_id()
    {
        await WriteAsync(
            new string('x', 3000),
            "insert into platform.audit_logs (action, resource) values ('export', 'report')");
        await _database.ExecuteAsync(
            """
            begin;
            select changelog.set_context(jsonb_build_object('request_id', repeat('x', 3000)));
            insert into public.item values (1, 'a');
            commit
            """);
        await WriteAsync("r-2", "insert into platform.audit_logs (action, resource) values ('print', 'report')");
        await _database.DeriveAsync();

        (await _database.LinesAsync(
            """
            select action
            from platform.audit_logs
            where request_id = logs.index_key(repeat('x', 3000))
            order by action
            """)).ShouldBe(["create", "export"]);
    }

    [Fact]
    public async Task The_operation_is_a_text()
    {
        await _database.ExecuteAsync("insert into public.item values (1, 'a'); delete from public.item");

        (await _database.LinesAsync("select table_name || op from logs.changes order by position"))
            .ShouldBe(["itemI", "itemD"]);
    }

    [Fact]
    public async Task A_change_and_an_entry_are_found_by_their_id()
    {
        await _database.ExecuteAsync(
            """
            insert into public.item values (1, 'a'), (2, 'b');
            insert into platform.audit_logs (action, resource) values ('export', 'report')
            """);
        await _database.DeriveAsync();

        (await _database.LinesAsync(
            """
            select a.action, a.record_id, c.record_key, b.record_key
            from platform.audit_logs i
            join lateral (select * from platform.audit_logs o where o.id = i.id) a on true
            left join logs.changes c on c.id = i.id
            left join lateral logs.change_by_id(i.id) b on true
            order by a.action, a.record_id
            """)).ShouldBe(["create|1|1|1", "create|2|2|2", "export|∅|∅|∅"]);
    }

    private async Task WriteAsync(string request, string sql)
    {
        await using var shop = await _database.DataSourceFor(builder =>
        {
            (builder.Username, builder.Password) = (_shop.Name, _shop.Password);
            builder.ApplicationName = "shop";
        }).OpenConnectionAsync(TestContext.Current.CancellationToken);
        await shop.ExecuteAsync(
            $$"""begin; select changelog.set_context('{"request_id": "{{request}}"}'); {{sql}}; commit""");
    }
}
