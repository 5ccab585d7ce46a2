using ChangeLog.History.Undo;
using ChangeLog.TestSupport;
using ChangeLogWorker.Triggers.Postgres;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.History.Undo;

/// <summary>What an undo does, refuses, and leaves.</summary>
public sealed class UndoTests : IAsyncLifetime
{
    private const string Orders = "select id, status, total, note from public.orders order by id";

    private TestDatabase _database = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        await _database.ExecuteAsync(
            """
            create table public.orders (
                id integer generated always as identity primary key, status text, total numeric, note text unique);
            create table public.items (
                id integer primary key, order_id integer references public.orders on delete cascade);
            create table public.people (id integer primary key, name text, password text);
            insert into public.orders (status, total) values ('new', 8.50), ('new', 9.00)
            """);
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task A_transaction_is_undone_with_its_reason_and_then_is_as_it_was()
    {
        var id = await _database.ChangeAsync(
            """
            update public.orders set status = 'paid' where id = 1;
            delete from public.orders where id = 2;
            insert into public.orders (status) values ('draft')
            """);

        var undo = await _database.UndoAsync(Undoing.Of(id));

        (await _database.LinesAsync(Orders)).ShouldBe(["1|new|8.50|∅", "2|new|9.00|∅"]);
        (await _database.LinesAsync(
            $"select context ->> 'reason' from logs.transaction where event__id = '{undo}'")).ShouldBe(
            ["undo of a test"]);
        (await _database.PlanUndoAsync(Undoing.Of(id))).Writes.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_others_changed_since_is_refused_until_one_side_is_kept()
    {
        var id = await _database.ChangeAsync("update public.orders set status = 'paid', total = 1 where id = 1");
        await _database.ExecuteAsync("update public.orders set total = 2, note = 'theirs' where id = 1");

        var plan = await _database.PlanUndoAsync(Undoing.Of(id));
        plan.IsRefused.ShouldBeTrue();
        plan.Sql.ShouldBeNull();
        plan.Unresolved.Select(conflict => (conflict.Kind, conflict.Problem, conflict.Who)).ShouldBe(
            [(UndoConflictKind.ChangedSince, "total has been changed since", "database user postgres (tests)")]);

        var theirs = await _database.UndoAsync(Undoing.Of(id), UndoKeep.Theirs);
        (await _database.LinesAsync(Orders)).ShouldBe(["1|new|2|theirs", "2|new|9.00|∅"]);
        await _database.UndoAsync(Undoing.Of(theirs));
        await _database.UndoAsync(Undoing.Of(id), UndoKeep.Ours);
        (await _database.LinesAsync(Orders)).ShouldBe(["1|new|8.50|theirs", "2|new|9.00|∅"]);
    }

    [Theory]
    [InlineData(false, "2|new|9.00|∅")]
    [InlineData(true, "1|new|8.50|∅")]
    public async Task A_row_that_others_deleted_stays_gone_or_comes_back(bool keepsOurs, string first)
    {
        var id = await _database.ChangeAsync("update public.orders set status = 'paid' where id = 1");
        await _database.ExecuteAsync("delete from public.orders where id = 1");

        (await _database.PlanUndoAsync(Undoing.Of(id))).Unresolved.Single().Problem.ShouldBe("deleted since");
        await _database.UndoAsync(Undoing.Of(id), keepsOurs ? UndoKeep.Ours : UndoKeep.Theirs);

        (await _database.LinesAsync(Orders + " limit 1")).ShouldBe([first]);
    }

    [Theory]
    [InlineData(false, "1|again|1|∅")]
    [InlineData(true, "1|new|8.50|∅")]
    public async Task A_row_that_others_created_again_stays_or_is_overwritten(bool keepsOurs, string first)
    {
        var id = await _database.ChangeAsync("delete from public.orders where id = 1");
        await _database.ExecuteAsync(
            "insert into public.orders (id, status, total) overriding system value values (1, 'again', 1)");

        (await _database.PlanUndoAsync(Undoing.Of(id))).Unresolved.Single().Problem.ShouldBe("created again since");
        await _database.UndoAsync(Undoing.Of(id), keepsOurs ? UndoKeep.Ours : UndoKeep.Theirs);

        (await _database.LinesAsync(Orders + " limit 1")).ShouldBe([first]);
    }

    [Fact]
    public async Task What_was_written_without_the_log_counts_as_changed_by_others()
    {
        var id = await _database.ChangeAsync("update public.orders set status = 'paid' where id = 1");
        await _database.ExecuteAsync(
            "set session_replication_role = replica; update public.orders set status = 'lost' where id = 1; "
            + "reset session_replication_role");

        (await _database.PlanUndoAsync(Undoing.Of(id))).Unresolved.Single().Problem.ShouldBe(
            "status has been changed since, by what was not logged");
    }

    [Fact]
    public async Task A_row_that_others_refer_to_is_not_deleted_nor_what_refers_to_it()
    {
        var id = await _database.ChangeAsync("insert into public.orders (status) values ('draft')");
        await _database.ExecuteAsync("insert into public.items values (7, 3)");

        var plan = await _database.PlanUndoAsync(Undoing.Of(id), UndoKeep.Ours);
        plan.IsRefused.ShouldBeTrue();
        plan.Unresolved.Single().Problem.ShouldBe("public.items 7 refers to it (items_order_id_fkey)");
        (await _database.PlanUndoAsync(Undoing.Of(id), UndoKeep.Theirs)).Writes.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_row_does_not_come_back_without_what_it_refers_to_nor_with_what_another_has_taken()
    {
        await _database.ExecuteAsync(
            "update public.orders set note = 'one' where id = 1; insert into public.items values (7, 2)");
        var item = await _database.ChangeAsync("delete from public.items where id = 7");
        var order = await _database.ChangeAsync("delete from public.orders where id = 1");
        await _database.ExecuteAsync(
            "update public.orders set id = default, note = 'one' where id = 2");

        (await _database.PlanUndoAsync(Undoing.Of(item))).Unresolved.Single().Problem.ShouldBe(
            "order_id refers to public.orders 2, which is gone (items_order_id_fkey)");
        (await _database.PlanUndoAsync(Undoing.Of(order))).Unresolved.Single().Problem.ShouldBe(
            "note one is taken by public.orders 3");
    }

    [Fact]
    public async Task Redacted_values_do_not_come_back_and_are_never_shown()
    {
        await _database.ExecuteAsync("insert into public.people values (1, 'anna', 'raw1'), (2, 'ben', 'raw2')");
        var id = await _database.ChangeAsync(
            """
            update public.people set name = 'x', password = 'raw3' where id = 1;
            delete from public.people where id = 2
            """);

        var plan = await _database.PlanUndoAsync(Undoing.Of(id));
        plan.Steps.SelectMany(step => step.Lost).ShouldBe(["password", "password"]);
        plan.Sql.ShouldNotBeNull().ShouldNotContain("raw");
        await _database.UndoAsync(Undoing.Of(id));

        (await _database.LinesAsync("select * from public.people order by id")).ShouldBe(["1|anna|raw3", "2|ben|∅"]);
        id = await _database.ChangeAsync("delete from public.people where id = 1");
        await _database.ExecuteAsync(
            "delete from public.people; alter table public.people alter password set not null");
        (await _database.PlanUndoAsync(Undoing.Of(id))).Unresolved.Single().Problem.ShouldBe(
            "its password is not in the log, and must not be null");
    }

    [Fact]
    public async Task A_row_written_between_plan_and_execution_is_not_overwritten()
    {
        var id = await _database.ChangeAsync("update public.orders set status = 'paid' where id = 1");
        await using var connection = await _database.OpenConnectionAsync();
        var plan = await connection.PlanUndoAsync(Undoing.Of(id));
        await _database.ExecuteAsync("update public.orders set total = 1 where id = 1");

        (await Should.ThrowAsync<RefusedException>(() => new UndoTransaction(connection).ApplyAsync(plan, Token)))
            .Message.ShouldBe(
                "public.orders 1 is no longer as planned. Nothing was changed; run undo again to plan anew.");
        (await _database.LinesAsync(Orders)).ShouldBe(["1|paid|1|∅", "2|new|9.00|∅"]);
    }

    [Fact]
    public async Task What_has_come_to_refer_to_a_row_between_plan_and_execution_is_not_deleted_with_it()
    {
        var id = await _database.ChangeAsync("insert into public.orders (status) values ('draft')");
        await using var connection = await _database.OpenConnectionAsync();
        var plan = await connection.PlanUndoAsync(Undoing.Of(id));
        await _database.ExecuteAsync("insert into public.items values (7, 3)");

        (await Should.ThrowAsync<RefusedException>(() => new UndoTransaction(connection).ApplyAsync(plan, Token)))
            .Message.ShouldStartWith("public.items refers to public.orders 3.");
        (await _database.LinesAsync("select * from public.items")).ShouldBe(["7|3"]);
    }

    [Fact]
    public async Task What_cannot_be_told_apart_or_is_not_in_the_log_is_impossible()
    {
        await _database.ExecuteAsync(
            "create table public.notes (text text); create table public.gone (id int primary key)");
        var start = await _database.ScalarAsync<DateTime>("select clock_timestamp()");
        await _database.ExecuteAsync("insert into public.notes values ('a')");
        await _database.ExecuteAsync("insert into public.gone values (1)");
        await _database.ExecuteAsync("drop table public.gone");
        await _database.ExecuteAsync("truncate public.people");
        await _database.ExecuteAsync("insert into public.people values (1)");
        await _database.ExecuteAsync("truncate public.people");

        (await _database.PlanUndoAsync(new() { Since = start, Limit = 9 }, UndoKeep.Theirs)).Unresolved.Select(
            conflict => conflict.Problem).ShouldBe(
            [
                "the table has no key that tells its rows apart", "its table is gone",
                "the log has no rows of a truncated table",
            ],
            ignoreOrder: true);
        (await Should.ThrowAsync<RefusedException>(() => _database.PlanUndoAsync(new() { Since = start, Limit = 2 })))
            .ExitCode.ShouldBe(2);
    }

    [Fact]
    public async Task A_login_undoes_with_its_own_rights_and_hears_which_it_lacks()
    {
        var id = await _database.ChangeAsync("update public.orders set status = 'paid' where id = 1");
        var role = await _database.CreateRoleAsync();
        await _database.ExecuteAsync(
            $"""
            grant usage on schema logs, changelog to {role.Name};
            grant select on all tables in schema logs to {role.Name};
            grant select on all tables in schema changelog to {role.Name};
            grant execute on all functions in schema changelog, logs to {role.Name};
            """);
        await using var source = _database.DataSourceFor(role);
        await using var connection = await source.OpenConnectionAsync(Token);

        (await Should.ThrowAsync<RefusedException>(() => connection.PlanUndoAsync(Undoing.Of(id))))
            .Message.ShouldBe("The login lacks a right: select on public.orders.");
        await _database.ExecuteAsync($"grant select on public.orders, public.items to {role.Name}");
        (await connection.PlanUndoAsync(Undoing.Of(id))).MissingRights.ShouldBe(["update on public.orders"]);
        await _database.ExecuteAsync($"grant update on public.orders to {role.Name}");
        var plan = await connection.PlanUndoAsync(Undoing.Of(id));
        plan.MissingRights.ShouldBeEmpty();
        await new UndoTransaction(connection).ApplyAsync(plan, Token);

        (await _database.LinesAsync(Orders)).ShouldBe(["1|new|8.50|∅", "2|new|9.00|∅"]);
        await _database.ExecuteAsync("alter table public.orders enable row level security");
        (await Should.ThrowAsync<RefusedException>(() => connection.PlanUndoAsync(Undoing.Of(id))))
            .Message.ShouldStartWith("Row level security may hide rows of public.orders");
    }

    [Fact]
    public async Task A_superuser_does_not_run_the_code_of_another_owner()
    {
        var id = await _database.ChangeAsync("insert into public.items values (7, 1)");
        var role = await _database.CreateRoleAsync();
        await _database.ExecuteAsync($"alter table public.orders owner to {role.Name}");

        (await Should.ThrowAsync<RefusedException>(() => _database.PlanUndoAsync(Undoing.Of(id))))
            .Message.ShouldStartWith($"public.orders belongs to {role.Name}, ");
    }

    [Fact]
    public async Task Odd_names_and_values_come_back_exactly()
    {
        await _database.ExecuteAsync(
            """
            create type public.mood as enum ('ok', 'it''s');
            create table public."Odd ""T" (
                "a b" text, "found" public.mood, "select" bytea, at timestamptz, span interval, f float8,
                days date[], j json, r int4range, c char(5), u uuid, b boolean, primary key ("a b", "found"));
            insert into public."Odd ""T" values (
                'x''\y$undo$', 'it''s', '\x00ff', '2026-01-02 03:04:05.678901+09', '-1 day +02:03:04', 'NaN',
                '{2026-01-01,NULL}', '{"a": [1.50, "é"]}', '[1,5)', 'ab', '11111111-2222-4333-8444-555555555555', true)
            """);
        const string rows = "select o::text from public.\"Odd \"\"T\" o";
        var before = await _database.LinesAsync(rows);
        var id = await _database.ChangeAsync("delete from public.\"Odd \"\"T\"");

        await using var connection = await _database.OpenConnectionAsync();
        await connection.ExecuteAsync(
            "set timezone = 'Asia/Tokyo'; set datestyle = 'SQL, DMY'; set intervalstyle = 'sql_standard'; "
            + "set standard_conforming_strings = off; set escape_string_warning = off");
        await new UndoTransaction(connection).ApplyAsync(await connection.PlanUndoAsync(Undoing.Of(id)), Token);

        (await _database.LinesAsync(rows)).ShouldBe(before);
    }
}
