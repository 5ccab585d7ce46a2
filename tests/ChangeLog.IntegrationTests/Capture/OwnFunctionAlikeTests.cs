using ChangeLog.IntegrationTests.Schema;
using ChangeLog.TestSupport;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Capture;

/// <summary>A table's own row trigger function says what the one for all tables says.</summary>
public sealed class OwnFunctionAlikeTests
{
    private const string HostileSession =
        "set datestyle = 'SQL, DMY'; set timezone = 'Asia/Tokyo'; set intervalstyle = 'iso_8601'; "
        + "set bytea_output = 'escape'; set extra_float_digits = -5; set quote_all_identifiers = on; ";

    [Theory]
    [InlineData("smallint", "1", "2")]
    [InlineData("bigint", "1", "9007199254740993")]
    [InlineData("oid", "1", "4294967295")]
    [InlineData("boolean", "true", "false")]
    [InlineData("real", "0", "-0")]
    [InlineData("double precision", "0.1", "NaN")]
    [InlineData("numeric", "1.0", "1.00")]
    [InlineData("numeric(10, 2)", "1", "NaN")]
    [InlineData("money", "1", "2")]
    [InlineData("uuid", "1b4e28ba-2fa1-11d2-883f-0016d3cca427", "1b4e28ba-2fa1-11d2-883f-0016d3cca428")]
    [InlineData("text", "", "a\"b\\c'd%s$body$ é")]
    [InlineData("text collate \"C\"", "a", "A")]
    [InlineData("varchar(5)", "a", "a ")]
    [InlineData("char(5)", "a", "b")]
    [InlineData("name", "a", "b")]
    [InlineData("\"char\"", "a", "b")]
    [InlineData("date", "2026-02-01", "infinity")]
    [InlineData("time", "10:00", "24:00")]
    [InlineData("timetz", "10:00+01", "10:00+02")]
    [InlineData("timestamp", "2026-02-01 10:00", "2026-02-01 10:00:00.000001")]
    [InlineData("timestamptz", "2026-02-01 10:00+00", "-infinity")]
    [InlineData("interval", "1 mon", "30 days")]
    [InlineData("bytea", "\\x00ff", "\\x")]
    [InlineData("inet", "10.0.0.1/32", "10.0.0.1/24")]
    [InlineData("bit varying(8)", "10", "100")]
    [InlineData("point", "(0.1,0.2)", "(0.1,0.3)")]
    [InlineData("json", "{\"a\": 1}", "{\"a\":1}")]
    [InlineData("json", "1", "\"\\u0000\"")]
    [InlineData("jsonb", "{\"a\": 1.0}", "{\"a\": 1.00}")]
    [InlineData("jsonb", "null", "\"1\"")]
    [InlineData("xml", "<a/>", "<b/>")]
    [InlineData("regclass", "pg_class", "logs.change")]
    [InlineData("int[]", "{1,2}", "[0:1]={1,2}")]
    [InlineData("date[]", "{2026-02-01}", "{2026-01-02}")]
    [InlineData("daterange", "[2026-02-01,2026-02-03)", "empty")]
    [InlineData("tstzrange", "[2026-02-01 10:00+00,)", "[2026-02-01 11:00+00,)")]
    [InlineData("public.mood", "glad", "sad")]
    [InlineData("public.moods", "{glad}", "{sad,glad}")]
    [InlineData("public.pair", "(1,2026-02-01)", "(,)")]
    [InlineData("public.pair[]", "{}", "{\"(1,2026-02-01)\"}")]
    [InlineData("tsvector", "a:1", "a:2")]
    public async Task A_table_of_any_type_is_logged_alike_by_its_own_function(string type, string before, string after)
    {
        await using var database = await Installs.CreateAsync();
        await database.ExecuteAsync(
            "create type mood as enum ('glad', 'sad'); create domain moods as mood[]; "
            + "create type pair as (a int, b date)");

        (await LoggedAlikeAsync(
            database,
            "item",
            $"id int primary key, v {type}",
            HostileSession
            + $"insert into item values (1, {OwnFunctions.Literal(before)}); "
            + $"update item set v = {OwnFunctions.Literal(after)}; update item set v = {OwnFunctions.Literal(after)}; "
            + "update item set v = null; update item set v = null; "
            + $"update item set v = {OwnFunctions.Literal(before)}, id = 2; delete from item")).Count.ShouldBe(5);
    }

    [Theory]
    [InlineData("a", "b")]
    [InlineData("a b", "a\"b")]
    [InlineData("'; drop table all_tables.item; --", "\\'%s%1$I")]
    [InlineData("$body$", "$function$ end; $x$")]
    [InlineData("new", "old")]
    [InlineData("op", "previous")]
    [InlineData("tg_op", "nothing")]
    [InlineData("a\nb", "Ä{}[],.\"\"")]
    public async Task Names_of_tables_and_columns_mean_nothing_else_in_it(string key, string column)
    {
        await using var database = await Installs.CreateAsync();
        var (table, k, c) = (Quoted(column + key), Quoted(key), Quoted(column));

        var own = await LoggedAlikeAsync(
            database,
            table,
            $"{k} int, {c} text, password text, primary key ({k}, {c})",
            $"insert into {table} values (1, 'x', 'secret'); update {table} set {c} = 'y', password = null; "
            + $"update {table} set password = 'secret'; delete from {table}");

        own.Count.ShouldBe(4);
        own.ShouldAllBe(line => !line.Contains("secret"));
    }

    [Theory]
    [InlineData("text", "raw1", "raw2")]
    [InlineData("text collate \"C\" not null", "raw1", "raw2")]
    [InlineData("varchar", "raw1", "raw2")]
    [InlineData("varchar(10)", "raw1", "raw2")]
    [InlineData("varchar(9)", "raw1", "raw2")]
    [InlineData("char(12)", "raw1", "raw2")]
    [InlineData("name", "raw1", "raw2")]
    [InlineData("public.word", "raw", "rawer")]
    [InlineData("numeric(4, 1)", "7.5", "7.25")]
    [InlineData("text[]", "{raw1}", "{raw2}")]
    public async Task A_masked_column_of_any_type_is_masked_alike_by_it(string type, string before, string after)
    {
        await using var database = await Installs.CreateAsync();
        await database.ExecuteAsync("create domain word as text check (value ~ '^[a-z]+$')");

        var own = await LoggedAlikeAsync(
            database,
            "item",
            $"id int primary key, note text, password {type}",
            $"insert into item values (1, 'a', {OwnFunctions.Literal(before)}); "
            + $"update item set note = 'b'; update item set password = {OwnFunctions.Literal(after)}; "
            + "update item set id = 2; delete from item");

        own.Count.ShouldBe(5);
        own.ShouldAllBe(line => !line.Contains("raw"));
    }

    [Fact]
    public async Task A_masked_column_may_be_null_and_generated()
    {
        await using var database = await Installs.CreateAsync();

        var own = await LoggedAlikeAsync(
            database,
            "item",
            "id int primary key, secret text, password text generated always as (secret) stored",
            "insert into item values (1, 'raw1'); update item set secret = 'raw2'; update item set secret = null; "
            + "delete from item");

        own.Count.ShouldBe(4);
        own.ShouldAllBe(line => !line.Contains("raw"));
    }

    // what both functions log of the same writes to a table of that name, which search_path finds
    private static async Task<IReadOnlyList<string>> LoggedAlikeAsync(
        TestDatabase database, string table, string columns, string writes)
    {
        foreach (var schema in new[] { "own", "all_tables" })
        {
            await database.ExecuteAsync($"create schema {schema}; create table {schema}.{table} ({columns})");
        }

        (await database.OwnFunctionsAsync($"own.{table}")).ShouldBe(1);
        await WithoutOwnFunctionAsync(database, $"all_tables.{table}");
        foreach (var schema in new[] { "own", "all_tables" })
        {
            await database.ExecuteAsync($"set search_path = {schema}, public; {writes}");
        }

        var own = await ChangesAsync(database, "own");
        own.ShouldBe(await ChangesAsync(database, "all_tables"));
        return own;
    }

    private static string Quoted(string name) => "\"" + name.Replace("\"", "\"\"") + "\"";

    private static Task<int> WithoutOwnFunctionAsync(TestDatabase database, string table) => database.ExecuteAsync(
        OwnFunctions.Unfollowed
        + $$"""
        do $do$
        begin
            execute (
                select format(
                    'drop trigger %I on %s; %s',
                    g.tgname,
                    g.tgrelid::regclass,
                    replace(
                        pg_get_triggerdef(g.oid), 'logs.capture_' || g.tgrelid || '(', 'logs.capture_row_change('))
                from pg_trigger g
                where g.tgrelid = {{OwnFunctions.Literal(table)}}::regclass
                and g.tgname like '!changelog\_row\_%');
        end
        $do$
        """);

    private static Task<IReadOnlyList<string>> ChangesAsync(TestDatabase database, string schema) =>
        database.LinesAsync(
            $"""
            select op, record_id, record_data, previous_data
            from logs.change
            where table_schema = '{schema}'
            order by position
            """);
}
