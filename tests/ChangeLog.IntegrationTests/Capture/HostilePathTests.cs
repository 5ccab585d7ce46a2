using ChangeLog.IntegrationTests.Schema;
using ChangeLog.TestSupport;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Capture;

/// <summary>
/// Capture runs with rights of its own, and much of it pins no search_path: it looks nothing up there.
/// </summary>
public sealed class HostilePathTests
{
    // each operator and function of the server's own, but those over pseudotypes, once more: one that is run fails, and
    // a sequence tells where that was caught
    private const string Traps =
        """
        create schema evil;
        grant usage on schema evil to public;
        create sequence evil.runs;
        grant usage on sequence evil.runs to public;
        do $do$
        declare
            made record;
        begin
            for made in
                select o.oprname as name, 'operator_' || o.oid as function,
                       concat_ws(', ', nullif(o.oprleft, 0)::regtype, o.oprright::regtype) as arguments,
                       concat('leftarg = ' || nullif(o.oprleft, 0)::regtype || ', ', 'rightarg = ', o.oprright::regtype)
                           as sides,
                       o.oprresult::regtype as result, false as is_set
                from pg_operator o
                where not exists (
                    select from pg_type t where t.oid in (o.oprleft, o.oprright, o.oprresult) and t.typtype = 'p')
                and o.oprright <> 0
                union all
                select null, p.proname, pg_get_function_identity_arguments(p.oid), null, p.prorettype::regtype,
                       p.proretset
                from pg_proc p
                where p.pronamespace = 'pg_catalog'::regnamespace
                and p.prokind = 'f'
                and p.provariadic = 0
                and p.proargmodes is null
                and not exists (
                    select from pg_type t where t.oid = any (p.proargtypes || p.prorettype) and t.typtype = 'p')
            loop
                execute format(
                    'create function evil.%I(%s) returns %s %s language plpgsql as %L',
                    made.function, made.arguments, case when made.is_set then 'setof' end, made.result,
                    format(
                        'begin perform pg_catalog.nextval(''evil.runs''); raise exception %L; end',
                        format('evil %s was run', made.function)));
                if made.name is not null then
                    execute format(
                        'create operator evil.%s (%s, function = evil.%I)', made.name, made.sides, made.function);
                end if;
            end loop;
        end
        $do$;
        -- a check that runs wherever a type is named without its schema
        create domain evil.text as pg_catalog.text check (value operator(pg_catalog.~) 'evil');
        create domain evil.jsonb as pg_catalog.jsonb check (value is null);
        create domain evil.uuid as pg_catalog.uuid check (value is null);
        create domain evil.int8 as pg_catalog.int8 check (value is null);
        create domain evil.bool as pg_catalog.bool check (value is null);
        create domain evil.xid8 as pg_catalog.xid8 check (value is null);
        """;

    private const string Work =
        """
        set search_path = evil, pg_catalog;
        insert into public.plain values (1, 'a', null);
        begin;
        select changelog.set_context('{"actor_id": "ann"}');
        savepoint one;
        update public.plain set name = 'b' where id operator(pg_catalog.=) 1;
        rollback to savepoint one;
        delete from public.plain;
        insert into public.odd values (1, '(1,2)');
        update public.odd set pair = '(1,3)';
        insert into public.tree values (1, 1);
        truncate public.tree;
        select lib_event.create('test.item.seen');
        commit
        """;

    [Fact]
    public async Task What_lies_before_pg_catalog_is_never_run()
    {
        await using var database = await Installs.CreateAsync();
        await database.ExecuteAsync(
            """
            create table public.plain (id int primary key, name text, password text);
            create type public.pair as (a int, b int);
            create table public.odd (id int primary key, pair public.pair);
            create table public.tree (id int, k int, primary key (id, k)) partition by list (k);
            create table public.leaf partition of public.tree for values in (1);
            """);
        await database.ExecuteAsync(Traps);

        await using (var connection = await database.OpenConnectionAsync())
        {
            foreach (var statement in Work.Split(";\n"))
            {
                await connection.ExecuteAsync(statement);
            }
        }

        (await database.LinesAsync("select op, table_name, record_id from logs.change order by position")).ShouldBe(
            ["I|plain|1", "D|plain|1", "I|odd|1", "U|odd|1", "I|tree|[1, 1]", "T|tree|∅"]);
        (await database.LinesAsync(
            "select actor_id, db_user = session_user, db_role, application_name from logs.transaction "
                + "order by position")).ShouldBe(["∅|t|∅|tests", "ann|t|∅|tests"]);
        (await database.LinesAsync("select is_called from evil.runs")).ShouldBe(["f"]);
    }
}
