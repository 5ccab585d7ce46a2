using ChangeLog.TestSupport;
using Npgsql;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Schema;

/// <summary>What was recorded is never changed, and who may do what with the functions that record.</summary>
public sealed class GuardTests : IAsyncLifetime
{
    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        await _database.ExecuteAsync("create table item (id int primary key); insert into item values (1)");
        await _database.ExecuteAsync("select lib_event.create('test.thing.done')");
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Theory]
    [InlineData("update logs.change set op = 'I'")]
    [InlineData("delete from logs.change")]
    [InlineData("truncate logs.change")]
    [InlineData("truncate logs.change_default")]
    [InlineData("update logs.transaction set actor_id = 'forged'")]
    [InlineData("delete from logs.transaction")]
    [InlineData("truncate logs.transaction")]
    [InlineData("truncate logs.transaction_default")]
    [InlineData("update lib_event.event set payload = '{}'")]
    [InlineData("delete from lib_event.event")]
    [InlineData("truncate lib_event.event")]
    public async Task What_was_recorded_is_never_changed_not_even_by_a_superuser(string sql)
    {
        var refused = await Should.ThrowAsync<PostgresException>(() => _database.ExecuteAsync(sql));

        refused.SqlState.ShouldBe(PostgresErrorCodes.ObjectNotInPrerequisiteState);
        refused.MessageText.ShouldContain("is refused: what ChangeLog has recorded is never changed");
    }

    [Theory]
    [InlineData("logs.change", "Correct the logged table instead (that is recorded too).", true)]
    [InlineData("logs.change_default", "Correct the logged table instead (that is recorded too).", true)]
    [InlineData("lib_event.event", "Create another event that says what is true now.", false)]
    [InlineData(
        "platform.activity_logs",
        "Its rows are made of events: create another event that says what is true now.", false)]
    [InlineData(
        "platform.user_audit_logs",
        "Its rows are made of events: create another event that says what is true now.", false)]
    public async Task What_is_to_be_done_instead_is_true_of_the_table(string table, string instead, bool hasPartitions)
    {
        var refused = await Should.ThrowAsync<PostgresException>(() => _database.ExecuteAsync($"truncate {table}"));

        refused.Hint.ShouldBe($"{instead} To remove raw values: changelog redact."
            + (hasPartitions ? " To get rid of old records, detach and drop whole partitions." : string.Empty));
    }

    [Fact]
    public async Task A_transaction_may_amend_nothing_of_its_own_row_but_its_context()
    {
        await using var connection = await _database.OpenConnectionAsync();
        await connection.ExecuteAsync("begin; insert into item values (2)");

        var refused = await Should.ThrowAsync<PostgresException>(() => connection.ExecuteAsync(
            "update logs.transaction set db_user = 'forged' where xid = pg_current_xact_id()"));

        refused.SqlState.ShouldBe(PostgresErrorCodes.ObjectNotInPrerequisiteState);
    }

    [Fact]
    public async Task Every_partition_of_the_log_refuses_a_truncation()
    {
        (await _database.LinesAsync(
            """
            select p.relid::regclass
            from unnest(array['logs.change', 'logs.transaction']::regclass[]) root, pg_partition_tree(root) p
            where not exists (
                select
                from pg_trigger t
                where t.tgrelid = p.relid and t.tgfoid = 'logs.refuse_change'::regproc and t.tgtype & 32 <> 0)
            """)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("select logs.record_transaction()")]
    [InlineData("select logs.write_change('INSERT', '{}', null, 0, 'public', 'item', '{}')")]
    [InlineData(
        "insert into logs.change (position, xid, logged_at, table_oid, op, table_schema, table_name) values (1, '1', "
            + "now(), 1, 'I', '', '')")]
    [InlineData(
        "insert into logs.transaction (position, event__id, xid, logged_at, context, db_user) values (1, "
            + "gen_random_uuid(), '1', now(), '{}', '')")]
    [InlineData("update logs.transaction set actor_id = 'x'")]
    [InlineData("create trigger t after insert on mine for each row execute function logs.capture_row_change()")]
    public async Task An_ordinary_role_can_neither_write_the_log_nor_call_what_writes_it(string sql)
    {
        var role = await _database.CreateRoleAsync();
        await _database.ExecuteAsync(
            $"grant create on schema public to {role.Name}; set role {role.Name}; create table mine (id int); "
                + "reset role");
        await using var dataSource = _database.DataSourceFor(role);

        var refused = await Should.ThrowAsync<PostgresException>(() => dataSource.ExecuteAsync(sql));

        refused.SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    [Fact]
    public async Task An_ordinary_roles_writes_are_logged_and_its_context_is_its_own()
    {
        var role = await _database.CreateRoleAsync();
        await _database.ExecuteAsync($"grant select, insert on item to {role.Name}");
        await using var dataSource = _database.DataSourceFor(role);

        await dataSource.ExecuteAsync(
            """
            begin;
            insert into item values (2);
            select changelog.set_context('{"actor_id": "late"}');
            commit
            """);

        (await _database.LinesAsync(
            "select c.record_key, c.actor_id, t.db_user = $1 from logs.changes c join logs.transaction t using (xid) "
                + "where c.record_key = '2'",
            role.Name)).ShouldBe(["2|late|t"]);
    }

    [Fact]
    public async Task A_types_cast_to_json_gets_the_rights_of_the_capture_role_and_no_more()
    {
        var role = await _database.CreateRoleAsync();
        await _database.ExecuteAsync($"grant create on schema public to {role.Name}");
        await using var dataSource = _database.DataSourceFor(role);
        await dataSource.ExecuteAsync(
            """
            create type public.evil as enum ('x');
            create function public.take_over(evil) returns json language plpgsql as $$
            begin
                return json_build_object('user', current_user, 'superuser', (
                    select r.rolsuper or r.rolcreaterole from pg_roles r where r.rolname = current_user));
            end $$;
            create cast (evil as json) with function take_over(evil);
            create table public.mine (id int primary key, e evil);
            insert into public.mine values (1, 'x');
            """);

        (await _database.LinesAsync("select record_data -> 'e' from logs.change where table_name = 'mine'"))
            .ShouldBe(["""{"user": "changelog_capture", "superuser": false}"""]);
        (await _database.LinesAsync(
            """
            select n.nspname || '.' || c.relname || ': ' || string_agg(a.privilege_type, ', ' order by a.privilege_type)
            from pg_class c
            join pg_namespace n on n.oid = c.relnamespace
            cross join aclexplode(c.relacl) a
            where a.grantee = 'changelog_capture'::regrole
            group by n.nspname, c.relname
            order by 1
            """))
            .ShouldBe([
                "changelog.awake_until: SELECT",
                "changelog.key_redaction: SELECT",
                "changelog.marked: SELECT, UPDATE",
                "lib_event.position: USAGE",
                "logs.change: INSERT",
                "logs.transaction: INSERT",
            ]);
    }

    // before PostgreSQL 16 this ends the read-only mode: then all that the cast did is undone, and what it returned
    // stays
    [Theory]
    [InlineData(
        "reset transaction_read_only; alter function logs.capture_truncate() reset all; "
            + "set transaction_read_only = on")]
    [InlineData(
        "perform set_config('transaction_read_only', null, true); alter function logs.capture_row_change() security "
            + "invoker")]
    [InlineData(
        "reset transaction_read_only; insert into logs.change (position, xid, logged_at, table_oid, op, table_schema, "
            + "table_name) values (0, '9', now(), 0, 'D', 'public', 'forged')")]
    public async Task What_a_types_cast_to_json_does_when_it_has_ended_the_read_only_mode_is_undone(string act)
    {
        var role = await _database.CreateRoleAsync();
        await _database.ExecuteAsync($"grant create on schema public to {role.Name}");
        const string capture =
            "select md5(string_agg(p::text, '')) from pg_proc p "
            // of no table's own: those are made here
            + "where p.proowner = 'changelog_capture'::regrole and p.proname !~ '^capture_[0-9]+$'";
        var before = await _database.ScalarAsync<string>(capture);
        await using var dataSource = _database.DataSourceFor(role);
        await dataSource.ExecuteAsync(
            $"""
            create type public.evil as enum ('x');
            create function public.take_over(evil) returns json language plpgsql as $$ begin {act}; return '1'; end $$;
            create cast (evil as json) with function take_over(evil);
            create table public.mine (id int primary key, e evil)
            """);

        await dataSource.ExecuteAsync(
            "insert into public.mine values (1, 'x'); update public.mine set id = 2; delete from public.mine");

        (await _database.LinesAsync(
            "select table_name, op, record_data ->> 'id' from logs.change where table_name <> 'item' "
                + "order by position"))
            .ShouldBe(["mine|I|1", "mine|U|2", "mine|D|2"]);
        (await _database.ScalarAsync<string>(capture)).ShouldBe(before);
    }

    [Theory]
    [InlineData("alter function logs.capture_row_change() set search_path = public, pg_catalog")]
    [InlineData(
        "insert into logs.change (position, xid, logged_at, table_oid, op, table_schema, table_name) values (0, '9', "
            + "now(), 0, 'D', 'public', 'forged')")]
    [InlineData("perform logs.redaction_hash('a guess')")]
    [InlineData(
        "perform set_config('transaction_read_only', 'off', true); alter function logs.capture_truncate() reset all")]
    public async Task A_types_cast_to_json_writes_nothing_with_the_rights_of_the_capture_role(string act)
    {
        var role = await _database.CreateRoleAsync();
        await _database.ExecuteAsync($"grant create on schema public to {role.Name}");
        const string capture =
            "select md5(string_agg(p::text, '')) from pg_proc p "
            // of no table's own: those are made here
            + "where p.proowner = 'changelog_capture'::regrole and p.proname !~ '^capture_[0-9]+$'";
        var before = await _database.ScalarAsync<string>(capture);
        await using var dataSource = _database.DataSourceFor(role);
        await dataSource.ExecuteAsync(
            $"""
            create type public.evil as enum ('x');
            create function public.take_over(evil) returns json language plpgsql as $$ begin {act}; return '1'; end $$;
            create cast (evil as json) with function take_over(evil);
            create table public.mine (id int primary key, e evil);
            create table public.plain (id int primary key);
            """);

        await dataSource.ExecuteAsync(
            """
            begin;
            insert into public.mine values (1, 'x');
            update public.mine set id = 2;
            insert into public.plain values (3);
            commit
            """);

        (await _database.LinesAsync(
            "select table_name, op, record_data, previous_data from logs.change where table_name <> 'item' "
                + "order by position"))
            .ShouldBe(
            [
                """mine|I|{"e": "[redacted]", "id": 1}|∅""",
                """mine|U|{"e": "[redacted]", "id": 2}|{"id": 1}""",
                """plain|I|{"id": 3}|∅""",
            ]);
        (await _database.ScalarAsync<string>(capture)).ShouldBe(before);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("\"\\u0000\"")] // not to be had as jsonb: the row is captured column by column
    public async Task A_search_path_that_a_cast_leaves_behind_is_undone(string json)
    {
        var role = await _database.CreateRoleAsync();
        await _database.ExecuteAsync($"grant create on schema public to {role.Name}");
        await using var dataSource = _database.DataSourceFor(role);
        await dataSource.ExecuteAsync(
            $$"""
            create type public.evil as enum ('x');
            create function public.forge() returns void language plpgsql as $$
            begin
                insert into logs.change (position, xid, logged_at, table_oid, op, table_schema, table_name)
                values (0, '9', now(), 0, 'D', 'public', 'forged');
            exception when others then
                raise notice 'refused as %', current_user;
            end $$;
            create function public.arrow(jsonb, text) returns text language plpgsql as $$
            begin perform public.forge(); return pg_catalog.jsonb_extract_path_text($1, $2); end $$;
            create operator public.->> (leftarg = jsonb, rightarg = text, function = public.arrow);
            create function public.pg_column_size(jsonb) returns integer language plpgsql as $$
            begin perform public.forge(); return pg_catalog.pg_column_size($1); end $$;
            create function public.take_over(evil) returns json language plpgsql as $$
            begin
                perform set_config('search_path', 'public, pg_catalog', pg_catalog.random() < 0.5);
                return case when $1 = 'x' then '"x"' else '"\u0000"' end;
            end $$;
            create cast (evil as json) with function take_over(evil);
            create table public.mine (id int primary key, e evil, j json);
            create function public.to_jsonb(public.mine) returns jsonb language sql as $$
                select '{"forged": true}'::jsonb $$;
            """);

        for (var id = 1; id <= 10; id++)
        {
            await dataSource.ExecuteAsync(
                $"insert into public.mine values ({id}, 'x', '{json}'); update public.mine set id = -id "
                    + $"where id = {id}");
        }

        (await _database.LinesAsync(
            "select distinct table_name, op from logs.change where table_name <> 'item' order by 1, 2"))
            .ShouldBe(["mine|I", "mine|U"]);
        (await _database.LinesAsync("select c from logs.change c where c::text like '%forged%'")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_deferred_trigger_that_a_cast_has_queued_never_runs_with_the_rights_of_the_capture_role()
    {
        var role = await _database.CreateRoleAsync();
        await _database.ExecuteAsync($"grant create on schema public to {role.Name}");
        await using var dataSource = _database.DataSourceFor(role);
        await dataSource.ExecuteAsync(
            """
            create type public.evil as enum ('x');
            create temporary table queue (n int);
            grant insert on queue to public;
            create table public.seen (who text);
            grant insert on public.seen to public;
            create function public.later() returns trigger language plpgsql as $$
            begin
                insert into public.seen values (current_user);
                return null;
            end $$;
            create constraint trigger later after insert on queue deferrable initially deferred
                for each row execute function public.later();
            create function public.take_over(evil) returns json language plpgsql as $$
            begin
                execute 'insert into pg_temp.queue values (1)';
                return '"x"';
            end $$;
            create cast (evil as json) with function take_over(evil);
            create table public.mine (id int primary key, e evil);
            insert into public.mine values (1, 'x');
            """);

        (await _database.LinesAsync("select record_data from logs.change where table_name = 'mine'"))
            .ShouldBe(["""{"e": "x", "id": 1}"""]);
        (await _database.LinesAsync("select who from public.seen where who = 'changelog_capture'")).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_id_of_the_view_is_ordered_by_position_and_finds_its_change()
    {
        await _database.ExecuteAsync("insert into item select generate_series(2, 300)");

        (await _database.LinesAsync(
            """
            select
                count(*),
                count(distinct c.id),
                bool_and(c.position = f.position),
                array_agg(c.position order by c.position) = array_agg(c.position order by c.id),
                bool_and(substr(c.id::text, 15, 1) = '8' and substr(c.id::text, 20, 1) in ('8', '9', 'a', 'b'))
            from logs.changes c
            left join lateral logs.change_by_id(c.id) f on true
            """)).ShouldBe(["300|300|t|t|t"]);
    }
}
