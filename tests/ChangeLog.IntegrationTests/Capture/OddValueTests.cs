using System.Globalization;
using ChangeLog.TestSupport;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Capture;

/// <summary>No write fails because of a row's shape.</summary>
public sealed class OddValueTests : IAsyncLifetime
{
    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync() => _database = await TestDatabase.CreateAsync();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Theory]
    [InlineData("""{"a":"\u0000"}""")]
    [InlineData("""["\ud800"]""")]
    [InlineData("1e200000")]
    public async Task Json_that_jsonb_cannot_take_is_kept_as_text(string json)
    {
        await _database.ExecuteAsync("create table item (id int primary key, body json, n numeric)");

        await _database.ExecuteAsync("insert into item values (1, $1::text::json, 1.50)", json);
        await _database.ExecuteAsync("update item set body = '{}'");

        (await _database.LinesAsync(
            """
            select
                op,
                record_id,
                record_data = jsonb_build_object(
                    'id', 1, 'n', 1.50, 'body', case op when 'U' then '{}' else jsonb_build_object('changelog:text',
                        $1) end),
                previous_data = jsonb_build_object('body', jsonb_build_object('changelog:text', $1))
            from logs.change
            order by position
            """, json)).ShouldBe(["I|1|t|∅", "U|1|t|t"]);
    }

    [Fact]
    public async Task A_row_beyond_the_size_of_jsonb_keeps_the_length_and_hash_of_what_does_not_fit()
    {
        await _database.ExecuteAsync("create table item (a text, b text, c text, id text primary key, short text)");

        await using var patient = _database.DataSourceFor(builder => builder.CommandTimeout = 0);

        await patient.ExecuteAsync(
            "insert into item select v, v, v, 'x', 's' from (select repeat('0123456789', 10000000) as v) r");

        (await patient.LinesAsync(
            """
            select
                record_id,
                length(record_data ->> 'a'),
                record_data -> 'b' = jsonb_build_object(
                    'changelog:length', 100000000,
                    'changelog:sha256', encode(sha256(repeat('0123456789', 10000000)::bytea), 'hex')),
                record_data -> 'c' = record_data -> 'b',
                record_data ->> 'short'
            from logs.change
            """)).ShouldBe(["x|100000000|t|t|s"]);
    }

    [Fact]
    public async Task A_bytea_beyond_jsonb_keeps_the_hash_of_its_bytes()
    {
        await _database.ExecuteAsync("create table item (id int primary key, raw bytea)");
        await using var patient = _database.DataSourceFor(builder => builder.CommandTimeout = 0);

        await patient.ExecuteAsync("insert into item select 1, convert_to(repeat('x', 140000000), 'UTF8')");

        (await _database.LinesAsync(
            """
            select record_data = jsonb_build_object('id', 1, 'raw', jsonb_build_object(
                'changelog:length', 140000000,
                'changelog:sha256', encode(sha256(repeat('x', 140000000)::bytea), 'hex')))
            from logs.change
            """)).ShouldBe(["t"]);
    }

    [Fact]
    public async Task A_type_whose_cast_to_json_raises_is_kept_as_text_and_masked_where_keys_are()
    {
        await _database.ExecuteAsync(
            """
            create type mood as enum ('so so');
            create function refuse(mood) returns json language plpgsql as 'begin raise exception ''no''; end';
            create cast (mood as json) with function refuse(mood);
            create table item (id int primary key, m mood, many mood[], key text);
            """);

        await _database.ExecuteAsync("insert into item values (1, 'so so', '{so so}', 'k')");
        await _database.ExecuteAsync(
            "update changelog.redaction_rule set is_off = true; select changelog.reconcile_table('item'::regclass)");
        await _database.ExecuteAsync("insert into item values (2, 'so so', '{so so}', 'k')");

        (await _database.LinesAsync("select record_id, record_data from logs.change order by position")).ShouldBe(
        [
            """1|{"m": "[redacted]", "id": 1, "key": "k", "many": "[redacted]"}""",
            """2|{"m": {"changelog:text": "so so"}, "id": 2, "key": "k", "many": {"changelog:text": "{\"so so\"}"}}""",
        ]);
    }

    [Fact]
    public async Task Names_that_need_quoting_generated_columns_domains_and_enums_are_logged()
    {
        await _database.ExecuteAsync(
            """
            create schema "Odd Schema";
            create type "Odd Schema"."Mood" as enum ('so so', 'well');
            create domain "Odd Schema".short as text check (length(value) < 9);
            create table "Odd Schema"."O'Dd ""%s" (
                "I'd ""\" int primary key,
                "select" "Odd Schema"."Mood",
                new "Odd Schema".short,
                old int generated always as (1 + 1) stored,
                created_at int)
            """);

        await _database.ExecuteAsync(
            """insert into "Odd Schema"."O'Dd ""%s" values (1, 'so so', 'x', default, 12)""");

        (await _database.LinesAsync(
            """
            select record_id, created_at, table_schema, table_name, record_key, record_data
            from logs.changes
            """)).ShouldBe(
        [
            """∅|∅|Odd Schema|O'Dd "%s|1|{"new": "x", "old": 2, "I'd \"\\": 1, "select": "so so", "created_at": 12}""",
        ]);
    }

    [Fact]
    public async Task A_table_of_1600_columns_and_one_of_none_are_logged()
    {
        var columns = string.Join(", ", Enumerable.Range(1, 1600).Select(i => $"c{i} bool"));
        await _database.ExecuteAsync($"create table wide ({columns})");
        await _database.ExecuteAsync("create table empty ()");

        await _database.ExecuteAsync("insert into wide (c1) values (true)");
        await _database.ExecuteAsync("update wide set c1600 = false");
        await _database.ExecuteAsync("insert into empty default values");
        await _database.ExecuteAsync("delete from empty");

        (await _database.LinesAsync(
            """
            select op, table_name, (select count(*) from jsonb_object_keys(record_data)), record_id, previous_data
            from logs.change
            order by position
            """)).ShouldBe(
        [
            "I|wide|1600|∅|∅",
            """U|wide|1600|∅|{"c1600": null}""",
            "I|empty|0|∅|∅",
            "D|empty|0|∅|∅",
        ]);
    }

    [Theory]
    [InlineData("2024-02-30", null)]
    [InlineData("2024-02-29T10:00:00.5Z", "2024-02-29 10:00:00.5")]
    [InlineData("2023-02-29", null)]
    [InlineData("1900-02-29", null)]
    [InlineData("2000-02-29", "2000-02-29 00:00:00")]
    [InlineData("now", null)]
    [InlineData("infinity", null)]
    [InlineData("1700000000", null)]
    [InlineData("1999-12-31 10:00", "1999-12-31 10:00:00")]
    [InlineData("2024-01-01T00:00:00+05:30", "2023-12-31 18:30:00")]
    [InlineData("0000-01-01", null)]
    [InlineData("294276-12-31", null)]
    [InlineData("2024-01-01T24:00:00", null)]
    [InlineData("", null)]
    public async Task A_timestamp_in_the_data_is_iso_or_null(string text, string? expected)
    {
        var value = await _database.ScalarAsync<DateTime?>("select logs.parse_timestamptz($1)", text);

        value?.ToString("yyyy-MM-dd HH:mm:ss.FFFFFF", CultureInfo.InvariantCulture).ShouldBe(expected);
        (value is null).ShouldBe(expected is null);
    }
}
