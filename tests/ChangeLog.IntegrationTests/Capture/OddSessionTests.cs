using ChangeLog.IntegrationTests.Schema;
using ChangeLog.TestSupport;
using ChangeLogWorker.Triggers.Capture;
using ChangeLogWorker.Triggers.Redaction;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Capture;

/// <summary>The same row gives the same text, and no write fails, whatever a session has set.</summary>
public sealed class OddSessionTests : IAsyncLifetime
{
    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        await _database.ExecuteAsync(
            """
            create type pair as (at timestamptz, every interval);
            create table "Odd ""Table" (
                at timestamptz primary key,
                every interval,
                raw bytea,
                ratio double precision,
                real real,
                period tstzrange,
                days daterange,
                cash money,
                kind regclass,
                pair pair,
                times timestamptz[],
                body jsonb,
                text json)
            """);
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Theory]
    [InlineData("set timezone = 'Asia/Kolkata'")]
    [InlineData("set datestyle = 'SQL, DMY'")]
    [InlineData("set datestyle = 'German'")]
    [InlineData("set intervalstyle = 'iso_8601'")]
    [InlineData("set intervalstyle = 'sql_standard'")]
    [InlineData("set bytea_output = 'escape'")]
    [InlineData("set extra_float_digits = -15")]
    [InlineData("set extra_float_digits = 3")]
    [InlineData("set search_path = ''")]
    [InlineData("set search_path = pg_temp, public")]
    [InlineData("set standard_conforming_strings = off")]
    [InlineData("set transform_null_equals = on")]
    [InlineData("set row_security = off")]
    [InlineData("set array_nulls = off")]
    [InlineData("set default_transaction_isolation = 'serializable'")]
    [InlineData("set plan_cache_mode = force_custom_plan")]
    [InlineData("set plan_cache_mode = force_generic_plan")]
    [InlineData("set plpgsql.extra_errors = 'all'")]
    [InlineData("set plpgsql.variable_conflict = 'use_variable'")]
    [InlineData("set plpgsql.variable_conflict = 'use_column'")]
    [InlineData("set plpgsql.check_asserts = off")]
    [InlineData("set xmloption = 'document'")]
    [InlineData("set client_encoding = 'LATIN1'")]
    [InlineData("set check_function_bodies = off")]
    [InlineData("set enable_partition_pruning = off")]
    [InlineData("set jit_above_cost = 0")]
    [InlineData("set escape_string_warning = on")]
    public async Task The_same_row_gives_the_same_text(string setting)
    {
        var expected = await WriteAsync("select 1");
        await _database.ExecuteAsync("delete from public.\"Odd \"\"Table\"");

        (await WriteAsync(setting)).ShouldBe(expected);
        expected.Length.ShouldBeGreaterThan(500);
    }

    [Fact]
    public async Task A_table_of_the_sessions_own_never_stands_in_for_ours()
    {
        await using var connection = await _database.OpenConnectionAsync();

        await connection.ExecuteAsync(
            """
            create temp table change (like logs.change);
            create temp table transaction (like logs.transaction);
            create domain pg_temp.jsonb as text;
            set search_path = pg_temp, logs, public;
            create table public.item (id int primary key);
            insert into public.item values (1);
            """);

        (await connection.LinesAsync("select op, record_id from logs.change")).ShouldBe(["I|1"]);
    }

    private async Task<string> WriteAsync(string setting)
    {
        await using var connection = await _database.OpenConnectionAsync();
        await connection.ExecuteAsync("reset all");
        // formats of input differ by session as well: the row itself is copied from one written plainly
        await connection.ExecuteAsync(
            """
            create temp table plain as
            select
                timestamptz '2024-03-01 10:00+00' as at, interval '1 year 2 days 03:04:05.6' as every,
                '\x00ff41'::bytea as raw, 0.1::float8 + 0.2::float8 as ratio, 0.1::real as real,
                tstzrange('2024-03-01 10:00+00', '2024-04-01 10:00+00') as period,
                daterange('2024-03-01', '2024-12-31') as days, 12.5::numeric::money as cash,
                    'logs.change'::regclass as kind,
                row(timestamptz '2024-03-01 10:00+00', interval '-1 day 3 hours')::pair as pair,
                array[timestamptz '2024-03-01 10:00+00', null] as times, '{"a": [1.10, null]}'::jsonb as body,
                    '{"b":  1}'::json as text
            """);
        await connection.ExecuteAsync(setting);
        await connection.ExecuteAsync("insert into public.\"Odd \"\"Table\" select * from pg_temp.plain");
        await connection.ExecuteAsync(
            "update public.\"Odd \"\"Table\" set ratio = 0.3::float8, cash = cash * 2, every = every * 2");
        await connection.ExecuteAsync("reset all");
        await connection.ExecuteAsync("drop table pg_temp.plain");
        return string.Join('\n', await connection.LinesAsync(
            """
            select op, record_id, record_data, previous_data
            from logs.change
            where position > coalesce((select max(position) from logs.change where op = 'D'), 0)
            order by position
            """));
    }

    [Theory]
    [InlineData("quote_all_identifiers", "on", "regclass", "'pg_class'::regclass")]
    [InlineData("quote_all_identifiers", "on", "regtype", "'a_type'::regtype")]
    [InlineData("quote_all_identifiers", "on", "regnamespace", "'public'::regnamespace")]
    [InlineData("quote_all_identifiers", "on", "a_domain", "'pg_class'::regclass")]
    [InlineData("quote_all_identifiers", "on", "a_type", "'x'::a_type")]
    [InlineData("datestyle", "German", "timestamptz", "to_timestamp(0)")]
    [InlineData("datestyle", "German", "date", "to_timestamp(0)::date")]
    [InlineData("timezone", "Asia/Tokyo", "timestamptz", "to_timestamp(0)")]
    [InlineData("timezone", "Asia/Tokyo", "tstzrange", "tstzrange(to_timestamp(0), to_timestamp(1))")]
    [InlineData("intervalstyle", "iso_8601", "interval", "interval '1 day 2 hours'")]
    [InlineData("extra_float_digits", "-15", "float8", "1::float8 / 3")]
    [InlineData("bytea_output", "escape", "bytea", "decode('00ff', 'hex')")]
    public async Task A_record_is_the_same_under_any_setting_whatever_the_type_of_its_key(
        string setting, string value, string type, string key)
    {
        await _database.ExecuteAsync(
            $"""
            create type a_type as enum ('x');
            create domain a_domain as regclass;
            create table q (id {type} primary key, n int);
            create table pairs (id {type}, part int, n int, primary key (id, part));
            create table parts (id {type}, part int, n int, primary key (id, part)) partition by list (part);
            create table parts_1 partition of parts for values in (1);
            """);
        await _database.ExecuteAsync(
            $"""
            insert into q values ({key}); insert into pairs values ({key}, 1); insert into parts values ({key}, 1);
            set {setting} = '{value}';
            update q set n = 1; update pairs set n = 1; update parts set n = 1;
            delete from q; delete from pairs; delete from parts
            """);

        (await _database.LinesAsync(
            """
            select table_name, count(*), count(distinct record_id), bool_and(record_id = case table_name
                when 'q' then record_data ->> 'id' else jsonb_build_array(record_data -> 'id', 1)::text
                end) filter (where op = 'I')
            from logs.change
            group by table_name
            order by 1
            """)).ShouldBe(["pairs|3|1|t", "parts|3|1|t", "q|3|1|t"]);
    }

    [Fact]
    public async Task A_key_whose_text_goes_by_settings_and_that_is_redacted_is_hashed_the_same()
    {
        await _database.ExecuteAsync("create table q (id regclass primary key, n int)");
        var rule = new RedactionRule(
            "test", TableFilter.Parse(["public.q"])[0], new ColumnPattern("id"), RedactionMethod.Mask, null);
        await _database.DataSource.ReconcileAsync(Installs.Defaults with { Redaction = new RedactionSettings([rule]) });

        await _database.ExecuteAsync(
            "insert into q values ('pg_class'); set quote_all_identifiers = on; update q set n = 1");

        (await _database.LinesAsync(
            "select record_id = logs.redaction_hash('pg_class'), record_data ->> 'id' from logs.change "
                + "order by position"))
            .ShouldBe(["t|[redacted]", "t|[redacted]"]);
    }

    [Fact]
    public async Task A_regclass_that_leads_nowhere_fails_no_write()
    {
        await _database.ExecuteAsync(
            "create table q (id regclass primary key, n int); create table gone (); insert into q values ('gone'); "
            + "drop table gone; update q set n = 1; delete from q");

        (await _database.LinesAsync("select op, record_id ~ '^[0-9]+$' from logs.change order by position"))
            .ShouldBe(["I|f", "U|t", "D|t"]);
    }

    [Fact]
    public async Task Text_of_money_goes_by_no_locale_of_the_session()
    {
        await _database.ExecuteAsync("create table q (id money primary key, n int)");

        (await _database.LinesAsync(
            "select logs.normalized_key(jsonb_build_object('id', 12.5::money), '{id}', '={\"id\": \"money\"}')"))
            .ShouldBe(["$12.50"]);
        (await _database.LinesAsync(
            "select encode(tgargs, 'escape') from pg_trigger where tgrelid = 'q'::regclass "
                + "and tgname like '!changelog_row%'"))
            .ShouldHaveSingleItem()
            .ShouldContain("={\"id\": \"money\"}");
    }
}
