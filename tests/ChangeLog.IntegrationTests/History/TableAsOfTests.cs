using ChangeLog.Handlers.Enrichment;
using ChangeLog.IntegrationTests.Dispatching;
using ChangeLog.TestSupport;
using Npgsql;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.History;

/// <summary>logs.as_of and logs.as_of_rows: a whole table as it was.</summary>
public sealed class TableAsOfTests : IAsyncLifetime
{
    /* language=sql */
    private const string Tables =
        """
        create table public.things (id integer primary key, name text, n numeric, doc json, tags text[]);
        create table public.pairs (a text, b date, body jsonb, primary key (a, b));
        create table public.days (id integer primary key, note text) partition by range (id);
        create table public.days_1 partition of public.days for values from (0) to (100);
        create table public.days_2 partition of public.days for values from (100) to (1000000);
        create table public.olds (id integer primary key, note text);
        create table public.copy (at timestamptz, name text, record text, data jsonb, primary key (at, name, record));
        """;

    private static readonly string[] Acts =
    [
        "insert into public.things select coalesce(max(id), 0) + 1, 'x', 1.50, '{\"b\": 1, \"a\": [1.0]}', '{a,b}' "
            + "from public.things",
        "insert into public.things select coalesce(max(id), 0) + g, null from public.things, generate_series(1, 3) g "
            + "group by g",
        "update public.things set n = coalesce(n, 0) + 1.10, name = name || 'y' where random() < 0.5",
        "delete from public.things where random() < 0.2",
        "update public.things set id = (select max(id) + 1 from public.things) where id = (select id from "
            + "public.things order by random() limit 1)",
        "insert into public.pairs select 'p' || (random() * 5)::integer, date '2026-01-01' + (random() * 3)::integer "
            + "on conflict do nothing",
        "update public.pairs set body = jsonb_build_object('n', random()) where random() < 0.5",
        "update public.pairs set b = (select max(b) + 1 from public.pairs) where (a, b) = (select a, b from "
            + "public.pairs order by random() limit 1)",
        "delete from public.pairs where random() < 0.1",
        "insert into public.days select (random() * 200)::integer, 'a' on conflict (id) do update set note = "
            + "days.note || 'b'",
        "update public.days set id = (select max(id) + 1 from public.days) where id = (select min(id) from "
            + "public.days)",
        "delete from public.days where random() < 0.1",
        "update public.olds set note = coalesce(note, '') || 'z' where random() < 0.3",
        "update public.olds set id = (select max(id) + 1 from public.olds) where id = (select id from public.olds "
            + "order by random() limit 1)",
        "delete from public.olds where random() < 0.05",
    ];

    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        await _database.ExecuteAsync(Tables);
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Theory]
    [InlineData(1, null)]
    [InlineData(2, 18)]
    public async Task A_table_is_at_each_moment_what_it_was_then_and_what_as_of_says_of_each_record(
        int seed, int? handledAt)
    {
        var random = new Random(seed);
        await _database.ExecuteAsync(
            """
            set session_replication_role = replica;
            insert into public.olds select n, 'older than the log' from generate_series(1, 20) n
            """);
        for (var turn = 0; turn < 32; turn++)
        {
            var acts = Enumerable.Range(0, random.Next(1, 4)).Select(_ => Acts[random.Next(Acts.Length)]);
            await _database.ExecuteAsync(turn switch
            {
                10 => "truncate public.things, public.pairs",
                20 => "truncate public.days_1",
                26 => "begin; truncate public.pairs; insert into public.pairs values ('t', 'today'); commit",
                _ => $"begin; {string.Join("; ", acts)}; commit",
            });
            if (turn == handledAt)
            {
                await HandleAsync();
            }

            await CopyAsync();
        }

        await ShouldAgreeAsync("things", "pairs", "days", "olds");
        (await _database.LinesAsync(
            """
            select k.at, k.name, k.record, k.data, w.data
            from public.copy k
            cross join lateral logs.as_of(k.name, k.record, k.at) w (data)
            where k.name in ('things', 'pairs')
            and k.data is distinct from w.data
            """)).ShouldBeEmpty();
        (await _database.ScalarAsync<long>("select count(distinct (name, record)) from public.copy"))
            .ShouldBeGreaterThan(25);
    }

    [Fact]
    public async Task Of_transactions_that_overlap_those_that_began_later_are_left_out_as_by_as_of()
    {
        await _database.ExecuteAsync(
            "insert into public.things (id, name) values (1, 'a'), (2, 'a'), (3, 'a'), (4, 'a')");
        await using var early = await _database.OpenConnectionAsync();
        await early.ExecuteAsync("begin; select now()");
        var moment = await _database.ScalarAsync<DateTime>("select clock_timestamp()");
        await _database.ExecuteAsync(
            "update public.things set name = 'late' where id = 1; delete from public.things where id = 3");
        await early.ExecuteAsync(
            "update public.things set name = name || ' early' where id < 3; insert into public.things (id) values (5); "
                + "update public.things set id = 6 where id = 4; commit");

        await ShouldBeAsync("1 a, 2 a early, 3 a, 5 ∅, 6 a");
        await HandleAsync();
        await ShouldBeAsync("1 a, 2 a early, 3 a, 5 ∅, 6 a");

        // after that all is read from the log, for the table has no row of then
        await _database.ExecuteAsync("truncate public.things");
        await ShouldBeAsync("1 a, 2 a early, 3 a, 5 ∅, 6 a");

        async Task ShouldBeAsync(string expected)
        {
            (await _database.LinesAsync(
                "select id, coalesce(name, '∅') from logs.as_of(null::public.things, $1) order by id", moment))
                .Select(line => line.Replace('|', ' ')).ShouldBe(expected.Split(", "));
            (await _database.LinesAsync(
                """
                select id from generate_series(1, 6) id
                cross join lateral logs.as_of('public.things', id::text, $1) a (data)
                full join logs.as_of_rows('public.things', $1) r on r.record_id = id::text
                where a.data is distinct from r.row_data
                """,
                moment)).ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task A_column_that_was_added_since_is_null_and_one_that_was_dropped_is_in_the_rows_beside()
    {
        await _database.ExecuteAsync("insert into public.things (id, name, n) values (1, 'a', 1), (2, 'b', 2)");
        var moment = await _database.ScalarAsync<DateTime>("select clock_timestamp()");
        await _database.ExecuteAsync("update public.things set name = 'c' where id = 1");
        await _database.ExecuteAsync(
            """
            alter table public.things add late integer not null default 7, add later text, drop n, drop doc, drop tags;
            update public.things set later = 'd' where id = 2;
            insert into public.things (id) values (3);
            """);
        var later = await _database.ScalarAsync<DateTime>("select clock_timestamp()");

        async Task ShouldBeAsync()
        {
            (await _database.LinesAsync("select * from logs.as_of(null::public.things, $1) order by id", moment))
                .ShouldBe(["1|a|∅|∅", "2|b|∅|∅"]);
            (await _database.LinesAsync("select * from logs.as_of_rows('public.things', $1) order by 1", moment))
                .ShouldBe([
                    """1|{"n": 1, "id": 1, "doc": null, "name": "a", "tags": null}""",
                    """2|{"n": 2, "id": 2, "doc": null, "name": "b", "tags": null}""",
                ]);
            (await _database.LinesAsync("select * from logs.as_of(null::public.things, $1) order by id", later))
                .ShouldBe(["1|c|7|∅", "2|b|7|d", "3|∅|7|∅"]);
        }

        await ShouldBeAsync();
        await HandleAsync();
        await ShouldBeAsync();
    }

    [Fact]
    public async Task A_value_that_its_type_no_longer_takes_is_null_and_in_the_rows_beside()
    {
        await _database.ExecuteAsync(
            """
            create type public.mood as enum ('glad', 'sad');
            create domain public.small as integer check (value < 100);
            create table public.moods (id integer primary key, mood public.mood, size public.small, name varchar(9));
            insert into public.moods values (1, 'glad', 50, 'anna'), (2, 'glad', 3, 'bo');
            """);
        var moment = await _database.ScalarAsync<DateTime>("select clock_timestamp()");
        await _database.ExecuteAsync(
            """
            update public.moods set mood = 'sad', size = 1, name = 'a' where id = 1;
            alter type public.mood rename value 'glad' to 'happy';
            alter domain public.small drop constraint small_check;
            alter domain public.small add check (value < 10);
            alter table public.moods alter name type varchar(3);
            """);

        (await _database.LinesAsync("select * from logs.as_of(null::public.moods, $1) order by id", moment))
            .ShouldBe(["1|∅|∅|∅", "2|happy|3|bo"]);
        (await _database.LinesAsync("select row_data from logs.as_of_rows('moods', $1) where record_id = '1'", moment))
            .ShouldBe(["""{"id": 1, "mood": "glad", "name": "anna", "size": 50}"""]);
    }

    [Fact]
    public async Task A_redacted_column_shows_what_the_log_holds_also_of_rows_that_are_read_from_the_table()
    {
        await _database.ExecuteAsync(
            """
            create table public.logins (id integer primary key, password text, secret date, body jsonb);
            insert into public.logins
                select n, 'raw', '2026-01-01', '{"token": "raw", "n": 1}' from generate_series(1, 2) n;
            """);
        var moment = await _database.ScalarAsync<DateTime>("select clock_timestamp()");
        await _database.ExecuteAsync("update public.logins set password = 'newer' where id = 1");

        (await _database.LinesAsync("select * from logs.as_of(null::public.logins, $1) order by id", moment)).ShouldBe(
            [
                """1|[redacted]|∅|{"n": 1, "token": "[redacted]"}""",
                """2|[redacted]|∅|{"n": 1, "token": "[redacted]"}""",
            ]);
        (await _database.LinesAsync("select * from logs.as_of_rows('logins', $1) order by 1", moment))
            .ShouldNotContain(line => line.Contains("raw", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_row_is_found_by_its_key_whatever_the_settings_of_the_session()
    {
        await _database.ExecuteAsync(
            """
            create table public.kinds (id regtype primary key, n integer);
            create table public.stamps (id timestamptz, of bytea, "long" interval, n integer,
                primary key (id, of, "long"));
            insert into public.kinds values ('text', 1), ('integer', 1);
            insert into public.stamps values ('2026-01-01Z', 'a', '1 day', 1), ('2026-01-02Z', 'b', '1 day', 1);
            """);
        var moment = await _database.ScalarAsync<DateTime>("select clock_timestamp()");
        await _database.ExecuteAsync(
            """
            update public.kinds set n = 2 where id = 'text'::regtype;
            update public.stamps set n = 2 where of = 'a';
            """);

        await using var connection = await _database.OpenConnectionAsync();
        await connection.ExecuteAsync(
            """
            set quote_all_identifiers = on; set timezone = 'Asia/Kathmandu'; set datestyle = 'German';
            set intervalstyle = 'iso_8601'; set bytea_output = 'escape'; set search_path = '';
            """);
        foreach (var table in new[] { "kinds", "stamps" })
        {
            (await connection.LinesAsync($"select n from logs.as_of(null::public.{table}, $1)", moment))
                .ShouldBe(["1", "1"]);
            (await connection.LinesAsync($"select row_data -> 'n' from logs.as_of_rows('public.{table}', $1)", moment))
                .ShouldBe(["1", "1"]);
            (await connection.LinesAsync(
                $"select action from changelog.net_changes('public.{table}'::regclass, $1, now())", moment))
                .ShouldBe(["update"]);
        }
    }

    [Fact]
    public async Task A_table_of_an_owner_who_is_not_trusted_is_read_with_that_owners_rights()
    {
        var owner = $"past_{Guid.NewGuid():n}";
        await _database.ExecuteAsync(
            $"""
            create role {owner};
            create schema {owner} authorization {owner};
            set role {owner};
            create type {owner}.colour as enum ('red', 'blue');
            create function {owner}.told(given {owner}.colour) returns json language plpgsql as $do$
            begin
                perform pg_catalog.set_config('search_path', 'evil', false);
                return pg_catalog.to_json(current_user::pg_catalog.text);
            end
            $do$;
            create cast ({owner}.colour as json) with function {owner}.told;
            create table {owner}.cars (id integer primary key, colour {owner}.colour);
            reset role;
            insert into {owner}.cars values (1, 'red'), (2, 'red');
            """);
        try
        {
            var moment = await _database.ScalarAsync<DateTime>("select clock_timestamp()");
            await _database.ExecuteAsync($"delete from {owner}.cars where id = 1");

            await using var connection = await _database.OpenConnectionAsync();
            (await connection.LinesAsync($"select * from logs.as_of_rows('{owner}.cars', $1) order by 1", moment))
                .ShouldBe([
                    """1|{"id": 1, "colour": "changelog_capture"}""", """2|{"id": 2, "colour": "changelog_capture"}""",
                ]);
            (await connection.LinesAsync($"select id from logs.as_of(null::{owner}.cars, $1) order by 1", moment))
                .ShouldBe(["1", "2"]);
            (await connection.ScalarAsync<string>("show search_path")).ShouldNotContain("evil");
            (await connection.LinesAsync("select proname from pg_proc where proname like 'lent%'")).ShouldBeEmpty();
            (await Should.ThrowAsync<PostgresException>(connection.LinesAsync(
                $"""
                set transaction_read_only = on;
                select * from logs.as_of_rows('{owner}.cars', now())
                """))).MessageText.ShouldBe(
                    $"reading {owner}.cars with its owner's rights takes a transaction that is not read-only");
        }
        finally
        {
            await _database.ExecuteAsync($"drop owned by {owner} cascade; drop role {owner}");
        }
    }

    [Fact]
    public async Task What_cannot_be_asked_is_refused_in_a_sentence()
    {
        await _database.ExecuteAsync("create table public.heap (n integer)");

        async Task<string> RefusalAsync(string sql) =>
            (await Should.ThrowAsync<PostgresException>(_database.LinesAsync(sql))).MessageText;

        (await RefusalAsync("select * from logs.as_of(null::public.heap, now())")).ShouldBe(
            "public.heap has no key: which of its rows a change is of, the log cannot say");
        (await RefusalAsync("select logs.as_of(1, now())")).ShouldBe("integer is no type of a table's rows");
        (await RefusalAsync("select * from logs.as_of(null::public.days_1, now())")).ShouldBe(
            "public.days_1 is no type of a table's rows");
    }

    private async Task HandleAsync()
    {
        await using var worker = new Worker(_database.DataSource, 100, 10_000, new EnrichHandler());
        await worker.RegisterAsync();
        await worker.DrainAsync();
    }

    private Task<int> CopyAsync() => _database.ExecuteAsync(
        """
        insert into public.copy
        select statement_timestamp(), r.name, r.record, r.data
        from (
            select 'things', id::text, to_jsonb(t) from public.things t
            union all
            select 'pairs', jsonb_build_array(a, b)::text, to_jsonb(p) from public.pairs p
            union all
            select 'days', id::text, to_jsonb(d) from public.days d
            union all
            select 'olds', id::text, to_jsonb(o) from public.olds o) r (name, record, data)
        union all
        select statement_timestamp(), '', '', null
        """);

    private async Task ShouldAgreeAsync(params string[] tables)
    {
        foreach (var moment in await _database.LinesAsync("select distinct at::text from public.copy"))
        {
            foreach (var table in tables)
            {
                (await _database.LinesAsync(
                    $"""
                    select *
                    from (select * from public.copy where at = $1::timestamptz and name = '{table}') c
                    full join logs.as_of_rows('public.{table}', $1::timestamptz) r on r.record_id = c.record
                    where c.data::text is distinct from r.row_data::text
                    """,
                    moment)).ShouldBeEmpty($"{table} {moment}");
                (await _database.LinesAsync(
                    $"""
                    (select data::text from public.copy where at = $1::timestamptz and name = '{table}')
                    except all
                    select to_jsonb(t)::text from logs.as_of(null::public.{table}, $1::timestamptz) t
                    """,
                    moment)).ShouldBeEmpty($"{table} {moment}");
            }
        }
    }
}
