using ChangeLog.TestSupport;
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
                daterange('2024-03-01', '2024-12-31') as days, 12.5::numeric::money as cash, 'logs.change'::regclass as kind,
                row(timestamptz '2024-03-01 10:00+00', interval '-1 day 3 hours')::pair as pair,
                array[timestamptz '2024-03-01 10:00+00', null] as times, '{"a": [1.10, null]}'::jsonb as body, '{"b":  1}'::json as text
            """);
        await connection.ExecuteAsync(setting);
        await connection.ExecuteAsync("insert into public.\"Odd \"\"Table\" select * from pg_temp.plain");
        await connection.ExecuteAsync("update public.\"Odd \"\"Table\" set ratio = 0.3::float8, cash = cash * 2, every = every * 2");
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
}
