using ChangeLog.IntegrationTests.Capture;
using ChangeLog.IntegrationTests.Schema;
using ChangeLog.Status;
using ChangeLog.TestSupport;
using ChangeLogWorker.Triggers.Capture;
using ChangeLogWorker.Triggers.Redaction;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Status;

/// <summary>What status says of the function that captures a table, and why it is not the table's own.</summary>
public sealed class CaptureFunctionTests : IAsyncLifetime
{
    private const string CastOfKind =
        "create function as_json(kind) returns json language sql as $$ select '1'::json $$; "
        + "create cast (kind as json) with function as_json(kind)";

    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync() => _database = await Installs.CreateAsync();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Theory]
    [InlineData("create table item (id int primary key) partition by range (id)", "partition tree")]
    [InlineData("create table item ()", "no columns")]
    [InlineData(
        "do $$ begin execute (select 'create table item (' || string_agg('c' || n || ' int', ', ') || ')' "
            + "from generate_series(1, 101) n); end $$",
        "101 columns, more than 100")]
    [InlineData("create table item (id int primary key, email text, phone text)", "redaction by hash: email, phone")]
    [InlineData("create table item (id int primary key, remark text)", "redaction by omit: remark")]
    [InlineData(
        "create table item (id int primary key, note text, hidden boolean)", "redaction by mask where hidden: note")]
    [InlineData(
        "create table account (password text primary key); create table item (id int primary key, owner text "
            + "references account)",
        "redaction by hash: owner")]
    [InlineData(
        "create table item (price money, kind regtype, primary key (price, kind))",
        "key whose text depends on settings: kind (regtype), price (money)")]
    [InlineData(
        "create table item (price money, password text, primary key (price, password))",
        "key whose text depends on settings: price (money); redaction in the key: password")]
    [InlineData("create table item (password text primary key)", "redaction in the key: password")]
    [InlineData("create table item (doc jsonb primary key)", "redaction in the key: doc")]
    [InlineData(
        "create type kind as enum ('a'); " + CastOfKind + "; create table item (id int primary key, v kind)",
        "type public.kind with a cast to json: v")]
    [InlineData(
        "create type kind as enum ('a'); create domain held as kind[]; create type bag as (a int, b held); "
            + CastOfKind + "; create table item (v bag, id int primary key, w kind)",
        "type public.kind with a cast to json: v, w")]
    [InlineData(
        "create table item (id int, email text, price money primary key) partition by range (price)",
        "partition tree; redaction by hash: email; key whose text depends on settings: price (money)")]
    public async Task A_table_without_a_function_of_its_own_has_a_reason(string ddl, string reason)
    {
        await _database.DataSource.ReconcileAsync(Installs.Defaults with
        {
            Redaction = new RedactionSettings(
            [
                Rule("email", RedactionMethod.Hash), Rule("phone", RedactionMethod.Hash),
                Rule("remark", RedactionMethod.Omit), Rule("note", RedactionMethod.Mask, "hidden"),
            ]),
        });

        await _database.ExecuteAsync(ddl);

        await ShouldBeGeneralAsync(
            reason,
            reason.StartsWith("partition", StringComparison.Ordinal)
                ? "logs.capture_partition_change"
                : "logs.capture_row_change");
        (await _database.DataSource.ReconcileAsync()).Actions.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_virtual_column_is_a_reason()
    {
        Assert.SkipUnless(await _database.ServerVersionAsync() >= 18, "Virtual columns came with PostgreSQL 18.");
        await _database.ExecuteAsync(
            "create table item (id int primary key, a int generated always as (id) virtual, "
                + "b int generated always as (id) virtual)");

        await ShouldBeGeneralAsync("virtual column: a, b");
    }

    [Fact]
    public async Task A_cast_to_json_that_comes_later_is_a_reason_and_none_once_it_is_dropped()
    {
        await _database.ExecuteAsync(
            "create type kind as enum ('a'); create table item (id int primary key, v kind)");
        await ShouldBeItsOwnAsync();

        await _database.ExecuteAsync(CastOfKind);
        await ShouldBeGeneralAsync("type public.kind with a cast to json: v");

        await _database.ExecuteAsync("drop cast (kind as json)");
        await _database.DataSource.ReconcileAsync();
        await ShouldBeItsOwnAsync();
    }

    [Fact]
    public async Task Without_event_triggers_DDL_is_the_reason_and_with_them_none_until_the_next_reconcile()
    {
        await _database.ExecuteAsync("create table item (id int primary key)");
        await _database.ExecuteAsync("alter event trigger changelog_ddl disable");
        await ShouldBeItsOwnAsync();

        await _database.DataSource.ReconcileAsync();
        await ShouldBeGeneralAsync("DDL is not followed at once (no event triggers)");

        await _database.ExecuteAsync("alter event trigger changelog_ddl enable");
        await ShouldBeGeneralAsync(null);

        await _database.DataSource.ReconcileAsync();
        await ShouldBeItsOwnAsync();
    }

    [Theory]
    [InlineData("id int primary key, a text, b numeric, c date, d timestamp, e jsonb, f uuid")]
    [InlineData(
        "id int primary key, created_at timestamptz, seen timestamptz[]",
        "TimeZone for created_at timestamptz, seen timestamptz[]")]
    [InlineData("id int primary key, lasts interval", "IntervalStyle for lasts interval")]
    [InlineData("id int primary key, image bytea", "bytea_output for image bytea")]
    [InlineData(
        "weight real, size double precision, place point",
        "extra_float_digits for weight real, size double precision, place point")]
    [InlineData(
        "at timestamptz, during daterange",
        "DateStyle for during daterange", "IntervalStyle for during daterange",
        "TimeZone for at timestamptz, during daterange", "bytea_output for during daterange",
        "extra_float_digits for during daterange", "search_path for during daterange")]
    public async Task The_settings_that_a_tables_own_function_pins_are_said_with_their_columns(
        string columns, params string[] pins)
    {
        await _database.ExecuteAsync($"create table item ({columns})");

        var capture = await ShouldBeItsOwnAsync();

        Pins(capture).ShouldBe(pins);
    }

    [Fact]
    public async Task What_the_function_pins_is_said_and_not_what_it_should()
    {
        await _database.ExecuteAsync("create table item (id int primary key, at timestamptz)");
        var function = (await CaptureAsync())!.Function;

        await _database.ExecuteAsync(
            $"alter function {function} reset timezone; alter function {function} set datestyle = 'German'");

        Pins(await ShouldBeItsOwnAsync()).ShouldBe(["DateStyle for "]);
    }

    [Fact]
    public async Task A_table_that_is_excluded_or_has_lost_its_trigger_has_no_function()
    {
        await _database.ExecuteAsync("create table item (id int primary key)");
        await _database.ExecuteAsync(
            OwnFunctions.Unfollowed
            + "do $$ begin execute (select format('drop trigger %I on item', tgname) from pg_trigger "
            + "where tgrelid = 'item'::regclass and tgtype & 1 = 1); end $$");
        (await CaptureAsync()).ShouldBeNull();

        await _database.DataSource.ReconcileAsync(Installs.Without("public.item"));

        (await CaptureAsync()).ShouldBeNull();
    }

    private static RedactionRule Rule(string column, RedactionMethod way, string? when = null) =>
        new("ChangeLog:Redaction:Rules:0", TableFilter.Parse(["item"])[0], new ColumnPattern(column), way, when);

    private static IEnumerable<string> Pins(CaptureFunction capture) =>
        capture.Pins.Select(pin => $"{pin.Key} for {string.Join(", ", pin.Value)}").Order(StringComparer.Ordinal);

    private async Task ShouldBeGeneralAsync(string? reason, string function = "logs.capture_row_change")
    {
        var capture = (await CaptureAsync()).ShouldNotBeNull();
        (capture.Function, capture.IsOwn, capture.Reason).ShouldBe((function, false, reason));
        capture.Pins.ShouldBeEmpty();
    }

    private async Task<CaptureFunction> ShouldBeItsOwnAsync()
    {
        var oid = await _database.ScalarAsync<string>("select 'item'::regclass::oid::text");
        var capture = (await CaptureAsync()).ShouldNotBeNull();
        (capture.Function, capture.IsOwn, capture.Reason).ShouldBe(($"logs.capture_{oid}", true, null));
        return capture;
    }

    private async Task<CaptureFunction?> CaptureAsync()
    {
        await using var connection = await _database.OpenConnectionAsync();
        var tables = await TableStatus.ReadAsync(
            connection, withFunctions: true, TestContext.Current.CancellationToken);
        return tables.Single(table => table.Table == "public.item").Capture;
    }
}
