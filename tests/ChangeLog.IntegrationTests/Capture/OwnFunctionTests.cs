using ChangeLog.IntegrationTests.Schema;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Capture;

/// <summary>A table's own row trigger function goes with its table, and fails no write where it does not fit.</summary>
public sealed class OwnFunctionTests
{
    [Theory]
    [InlineData("alter table item add column c text", "insert into item values (3, 'x', 'z'); "
        + "update item set c = 'y' where id = 1; update item set b = 'y', c = 'z' where id = 2; delete from item",
        "I|{\"b\": \"x\", \"c\": \"z\", \"id\": 3}|∅",
        "U|{\"b\": \"x\", \"c\": \"y\", \"id\": 1}|{\"c\": null}",
        "U|{\"b\": \"y\", \"c\": \"z\", \"id\": 2}|{\"b\": \"x\", \"c\": null}",
        "D|{\"b\": \"x\", \"c\": \"z\", \"id\": 3}|∅",
        "D|{\"b\": \"x\", \"c\": \"y\", \"id\": 1}|∅",
        "D|{\"b\": \"y\", \"c\": \"z\", \"id\": 2}|∅")]
    [InlineData("alter table item drop column b", "insert into item values (3); update item set id = 4 where id = 3",
        "I|{\"id\": 3}|∅", "U|{\"id\": 4}|{\"id\": 3}")]
    [InlineData("alter table item rename column b to c", "insert into item values (3, 'x'); update item set c = 'y' "
        + "where id = 1",
        "I|{\"c\": \"x\", \"id\": 3}|∅", "U|{\"c\": \"y\", \"id\": 1}|{\"c\": \"x\"}")]
    [InlineData("alter table item alter column b type int using 5", "insert into item values (3, 6); "
        + "update item set b = 7 where id = 1; update item set b = 5 where id = 2",
        "I|{\"b\": 6, \"id\": 3}|∅", "U|{\"b\": 7, \"id\": 1}|{\"b\": 5}")]
    [InlineData("alter table item drop column b; alter table item add column b int",
        "update item set b = 7 where id = 1", "U|{\"b\": 7, \"id\": 1}|{\"b\": null}")]
    public async Task Behind_its_table_it_fails_no_write_and_loses_no_column(
        string ddl, string writes, params string[] expected)
    {
        await using var database = await Installs.CreateAsync();
        await database.ExecuteAsync("create table item (id int primary key, b text)");
        (await database.OwnFunctionsAsync("item")).ShouldBe(1);

        // in one session, which has compiled the function and planned its expressions before
        await database.ExecuteAsync(
            "insert into item values (1, 'x'), (2, 'w'); update item set b = 'x' where id = 2; "
            + OwnFunctions.Unfollowed + ddl + "; " + writes);

        (await database.LinesAsync("select op, record_data, previous_data from logs.change order by position"))
            .Skip(3).ShouldBe(expected);
    }

    [Theory]
    [InlineData("alter function {0} security invoker")]
    [InlineData("alter function {0} set search_path = public")]
    [InlineData("alter function {0} owner to current_user")]
    [InlineData("alter function {0} stable")]
    [InlineData("grant execute on function {0} to public")]
    [InlineData(
        "create language other handler plpgsql_call_handler; do $$ begin execute replace("
            + "pg_get_functiondef('{0}'::regprocedure), 'LANGUAGE plpgsql', 'LANGUAGE other'); end $$")]
    [InlineData(
        "do $$ begin execute replace(pg_get_functiondef('{0}'::regprocedure), 'tg_table_name,', '''x'','); end $$")]
    public async Task What_was_done_to_it_is_found_and_undone(string act)
    {
        await using var database = await Installs.CreateAsync();
        await database.ExecuteAsync("create table item (id int primary key)");
        var function = await database.ScalarAsync<string>(
            "select tgfoid::regprocedure::text from pg_trigger where tgrelid = 'item'::regclass and tgtype & 1 = 1");

        await database.ExecuteAsync(string.Format(act, function));

        (await database.DataSource.ReconcileAsync()).Actions.Count.ShouldBe(1);
        (await database.DataSource.ReconcileAsync()).Actions.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("create type kind as enum ('a')", "kind", "kind")]
    [InlineData("create type kind as enum ('a'); create domain held as kind", "held", "kind")]
    [InlineData("create type kind as enum ('a'); create domain held as kind[]", "held", "kind")]
    [InlineData("create type kind as enum ('a'); create type held as (a int, b kind[])", "held[]", "kind")]
    [InlineData("create type kind as enum ('a'); create type held as range (subtype = kind)", "held", "kind")]
    public async Task A_cast_to_json_that_comes_later_ends_it(string types, string column, string source)
    {
        await using var database = await Installs.CreateAsync();
        await database.ExecuteAsync($"{types}; create table item (id int primary key, v {column})");
        (await database.OwnFunctionsAsync("item")).ShouldBe(1);

        await database.ExecuteAsync(
            $"create function as_json({source}) returns json language sql as $$ select '1'::json $$; "
            + $"create cast ({source} as json) with function as_json({source})");

        (await database.OwnFunctionsAsync("item")).ShouldBe(0);
        (await database.LinesAsync("select proname from pg_proc where proname ~ '^capture_[0-9]+$' and "
            + "proname <> all (select 'capture_' || oid from pg_class where relnamespace = 'platform'::regnamespace)"))
            .ShouldBeEmpty();
        (await database.DataSource.ReconcileAsync()).Actions.ShouldBeEmpty();
    }

    [Fact]
    public async Task JSON_that_may_hold_a_secret_is_looked_into()
    {
        await using var database = await Installs.CreateAsync();
        await database.ExecuteAsync("create table item (id int primary key, a jsonb, b json, c text)");
        (await database.OwnFunctionsAsync("item")).ShouldBe(1);

        await database.ExecuteAsync(
            """
            insert into item values (1, '{"x": 1}', '{"password": "raw"}', 'a');
            update item set b = null, c = 'b';
            update item set a = '{"x": [{"api_key": "raw"}]}';
            delete from item
            """);

        (await database.LinesAsync("select op, record_data, previous_data from logs.change order by position"))
            .ShouldBe(
        [
            """I|{"a": {"x": 1}, "b": {"password": "[redacted]"}, "c": "a", "id": 1}|∅""",
            """U|{"a": {"x": 1}, "b": null, "c": "b", "id": 1}|{"b": {"password": "[redacted]"}, "c": "a"}""",
            """U|{"a": {"x": [{"api_key": "[redacted]"}]}, "b": null, "c": "b", "id": 1}|{"a": {"x": 1}}""",
            """D|{"a": {"x": [{"api_key": "[redacted]"}]}, "b": null, "c": "b", "id": 1}|∅""",
        ]);
    }

    [Fact]
    public async Task It_goes_with_its_table()
    {
        await using var database = await Installs.CreateAsync();
        const string own = "select count(*) from pg_proc where proname ~ '^capture_[0-9]+$'";
        var before = await database.ScalarAsync<long>(own);
        await database.ExecuteAsync(
            "create schema s; create table s.a (id int primary key); create table s.b (id int)");
        (await database.ScalarAsync<long>(own)).ShouldBe(before + 2);

        await database.ExecuteAsync("drop table s.a; drop schema s cascade");

        (await database.ScalarAsync<long>(own)).ShouldBe(before);
    }

    [Fact]
    public async Task Operators_functions_and_types_of_the_writers_own_are_not_used_by_it()
    {
        await using var database = await Installs.CreateAsync();
        await database.ExecuteAsync(
            """
            create table public.item (id int primary key, a text, n bigint);
            create table public.seen (who text);
            create schema evil;
            grant usage on schema evil to public;
            create function evil.yes(text, text) returns boolean language sql as 'select true';
            create function evil.yes(bigint, bigint) returns boolean language sql as 'select true';
            create function evil.none(jsonb, text) returns text language sql as 'select ''evil''';
            create operator evil.= (leftarg = text, rightarg = text, procedure = evil.yes);
            create operator evil.= (leftarg = bigint, rightarg = bigint, procedure = evil.yes);
            create operator evil.->> (leftarg = jsonb, rightarg = text, procedure = evil.none);
            create function evil.to_jsonb(public.item) returns jsonb language sql as 'select ''{}''::jsonb';
            create function evil.now() returns timestamptz language sql as 'select ''epoch''::timestamptz';
            create function evil.ran(text) returns boolean language sql as
                'select set_config(''evil.ran_as'', current_user, false) is not null';
            create domain evil."char" as pg_catalog."char" check (evil.ran(value::text));
            create domain evil.record as text check (evil.ran(value));
            create domain evil.jsonb as pg_catalog.jsonb check (evil.ran(value::text));
            create domain evil.bool as pg_catalog.bool check (evil.ran(value::text));
            """);

        await database.ExecuteAsync(
            "set search_path = evil, pg_catalog; insert into public.item values (1, 'x', 1); "
            + "update public.item set a = 'y', n = 2; delete from public.item; "
            + "insert into public.seen select pg_catalog.current_setting('evil.ran_as', true)");

        (await database.LinesAsync("select who from public.seen")).ShouldBe(["∅"]);
        (await database.LinesAsync(
            "select op, record_id, record_data, previous_data, logged_at > '2026-01-01' from logs.change "
            + "where table_name = 'item' "
            + "order by position")).ShouldBe(
        [
            """I|1|{"a": "x", "n": 1, "id": 1}|∅|t""",
            """U|1|{"a": "y", "n": 2, "id": 1}|{"a": "x", "n": 1}|t""",
            """D|1|{"a": "y", "n": 2, "id": 1}|∅|t""",
        ]);
    }

    [Fact]
    public async Task Where_DDL_is_not_followed_tables_have_none()
    {
        await using var database = await Installs.CreateAsync();
        await database.ExecuteAsync("create table item (id int primary key)");
        (await database.OwnFunctionsAsync("item")).ShouldBe(1);

        await database.ExecuteAsync("drop event trigger changelog_ddl");
        await database.DataSource.ReconcileAsync();

        (await database.OwnFunctionsAsync("item")).ShouldBe(0);
    }
}
