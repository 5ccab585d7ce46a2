using ChangeLog.IntegrationTests.Dispatching;
using ChangeLog.IntegrationTests.Schema;
using ChangeLog.TestSupport;
using Npgsql;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Capture;

/// <summary>A database whose settings change the meaning of statements behaves like any other.</summary>
public sealed class HostileSettingsTests
{
    private static readonly string[] Settings =
    [
        "standard_conforming_strings = off", "escape_string_warning = off", "backslash_quote = on", "array_nulls = off",
        "quote_all_identifiers = on", "xmlbinary = hex", "xmloption = document", "bytea_output = escape",
        "extra_float_digits = -10", "IntervalStyle = sql_standard", "DateStyle = 'SQL, DMY'",
        "TimeZone = 'Asia/Kolkata'",
        "plan_cache_mode = force_generic_plan", "search_path = evil, public, pg_catalog", "row_security = off",
        "statement_timeout = '55s'", "lock_timeout = '50s'", "idle_in_transaction_session_timeout = '50s'",
        "default_transaction_isolation = serializable", "default_transaction_deferrable = on",
        "transform_null_equals = on",
        "client_min_messages = log", "gin_fuzzy_search_limit = 3", "enable_hashjoin = off", "jit_above_cost = 0",
        // of the locales only this one is on each machine
        "lc_messages = 'POSIX'", "lc_monetary = 'POSIX'", "lc_numeric = 'POSIX'", "lc_time = 'POSIX'",
        "plpgsql.extra_errors = 'all'", "plpgsql.variable_conflict = 'use_variable'", "synchronous_commit = off",
    ];

    private const string Application =
        """
        create schema evil;
        grant usage on schema evil to public;
        create function evil.lower(text) returns text language sql as 'select $$evil$$::text';
        create function evil.eq(text, text) returns boolean language sql as 'select true';
        create operator evil.= (leftarg = text, rightarg = text, function = evil.eq);
        create function evil.cat(jsonb, jsonb) returns jsonb language sql as 'select $${}$$::jsonb';
        create operator evil.|| (leftarg = jsonb, rightarg = jsonb, function = evil.cat);
        create table public.item (
            id int primary key, name text, tags text[], every interval, at timestamptz, raw bytea, ratio float8,
                body jsonb);
        create table public.part ("NULL" int, "Odd Name" text,
            item_id int references public.item, primary key ("NULL", "Odd Name"))
        """;

    private static readonly string[] Work =
    [
        "select changelog.set_context(jsonb_build_object('actor_id', 'ann', 'reason', 'x' || chr(92) || 'y'))",
        """
        insert into public.item values (1, 'a' || chr(92) || 'b', array['NULL', chr(92)], make_interval(1, 0, 0, 2),
            to_timestamp(1704164645), decode('00ff5c', 'hex'), 1::float8 / 3,
            jsonb_build_object('a', chr(92), 'api_key', 'secret-1'))
        """,
        "update public.item set name = null, ratio = ratio * 3",
        "insert into public.part values (7, chr(92), 1)",
        "alter table public.part add column my_api_key text",
        "update public.part set my_api_key = 'secret-2'",
        "create table public.\"New Table\" (id int primary key, password text)",
        "insert into public.\"New Table\" values (1, 'secret-3')",
        "create table public.split (id int, k int, primary key (id, k)) partition by list (k)",
        "create table public.split_1 partition of public.split for values in (1)",
        "insert into public.split values (5, 1)",
        "alter table public.split rename to splits",
        "drop table public.split_1",
        "delete from public.part",
        "truncate public.\"New Table\"",
        "select lib_event.create('shop.order.placed', jsonb_build_object('n', chr(92), 'password', 'secret-4'))",
    ];

    private static readonly string[] Found =
    [
        "select op, table_schema, table_name, record_id, record_data, previous_data from logs.change order by position",
        "select actor_id, context from logs.transaction where actor_id is not null",
        "select action, record_id, changed_columns from logs.change_details order by position",
        "select linked_table, linked_id, via from logs.change_links order by position, linked_table, via",
        "select event_type, payload, partition_key from lib_event.event where event_type like 'shop%' "
            + "order by position",
        "select table_schema, table_name, captured, reason, valid_until is null from changelog.coverage order by id",
        """
        select tgrelid::regclass, regexp_replace(tgname, '[0-9]+', 'oid'),
            regexp_replace(encode(tgargs, 'escape'), '000[0-9]{4,}', '000oid', 'g')
        from pg_catalog.pg_trigger
        where tgname like '!changelog%'
        order by 1, 2
        """,
        "select * from changelog.trigger_plan()",
    ];

    [Fact]
    public async Task What_is_captured_and_derived_is_the_same_as_under_plain_settings()
    {
        await using var plain = await WorkedAsync([]);
        await using var hostile = await WorkedAsync(Settings);

        foreach (var query in Found)
        {
            (await LinesAsync(hostile, query)).ShouldBe(await LinesAsync(plain, query), query);
        }

        (await LinesAsync(hostile, Found[0])).ShouldAllBe(line => !line.Contains("secret-"));
        (await LinesAsync(hostile, Found[0])).Count.ShouldBe(9);
        (await hostile.DataSource.InstallAsync()).Scripts.ShouldBeEmpty();
        (await hostile.DataSource.ReconcileAsync()).Actions.ShouldBeEmpty();
        await hostile.DataSource.UninstallAsync(dropData: true);
        (await LinesAsync(
            hostile, "select nspname from pg_catalog.pg_namespace where nspname in ('logs', 'changelog', 'lib_event')"))
            .ShouldBeEmpty();
    }

    [Fact]
    public async Task No_routine_and_no_view_holds_what_a_setting_or_an_encoding_could_read_otherwise()
    {
        await using var database = await TestDatabase.CreateAsync();

        (await database.LinesAsync(
            """
            select o.name
            from (
                select p.oid::regprocedure::text as name, p.prosrc as text, p.pronamespace as schema
                from pg_proc p
                -- a table's own holds names and patterns of the application's, as literals that no setting changes
                where p.proname !~ '^capture_[0-9]+$'
                union all
                select c.oid::regclass::text, pg_get_viewdef(c.oid), c.relnamespace
                from pg_class c
                where c.relkind = 'v') o
            join pg_namespace n on n.oid = o.schema
            where n.nspname in ('logs', 'lib_event', 'lib_events', 'changelog', 'platform')
            and (o.text ~ '[^ -~[:space:]]' or position(chr(92) in o.text) > 0)
            """)).ShouldBeEmpty();
    }

    private static async Task<TestDatabase> WorkedAsync(string[] settings)
    {
        var database = await TestDatabase.CreateEmptyAsync();
        await database.ExecuteAsync(Application);
        foreach (var setting in settings)
        {
            await database.ExecuteAsync($"alter database {database.Name} set {setting}");
        }

        NpgsqlConnection.ClearPool(await database.OpenConnectionAsync());
        await database.DataSource.InstallAsync();
        await using (var connection = await database.OpenConnectionAsync())
        {
            foreach (var statement in Work)
            {
                await connection.ExecuteAsync(statement);
            }

            await connection.ExecuteAsync(
                "begin; select changelog.set_context('{\"actor_id\": \"eve\"}'); update public.item set tags = null; "
                    + "commit");
        }

        await using (await new HostedWorker(database, HostedWorker.ShortWaits).StartAsync(everything: true))
        {
            await Eventually.TrueAsync(
                "everything is derived",
                async () => (await LinesAsync(
                    database,
                    "select (select count(*) from logs.change) = (select count(*) from logs.change_details)"))
                    .Single() == "t");
        }

        return database;
    }

    private static async Task<IReadOnlyList<string>> LinesAsync(TestDatabase database, string query)
    {
        await using var source = NpgsqlDataSource.Create(database.ConnectionStringFor(builder =>
        {
            builder.Pooling = false;
            builder.Options =
                "-c search_path=pg_catalog -c standard_conforming_strings=on -c quote_all_identifiers=off "
                + "-c TimeZone=UTC -c array_nulls=on -c transform_null_equals=off -c client_min_messages=warning";
        }));
        return await source.LinesAsync(query);
    }
}
