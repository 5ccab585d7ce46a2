using ChangeLog.Handlers.Enrichment;
using ChangeLog.IntegrationTests.Dispatching;
using ChangeLog.TestSupport;
using Npgsql;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Handlers.Timelines;

/// <summary>logs.as_of: a record as it was.</summary>
public sealed class AsOfTests : IAsyncLifetime
{
    /* language=sql */
    private const string Aggregate =
        """
        create table public.plans (id uuid primary key default gen_random_uuid(), title text, price numeric);
        create table public.chapters (id integer primary key, plan_id uuid references public.plans, data json);
        create table public.pages (
            chapter_id integer references public.chapters on delete cascade, nr integer, text text,
                seen timestamptz default now(),
            primary key (chapter_id, nr));
        """;

    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        await _database.ExecuteAsync(Aggregate);
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task A_whole_aggregate_is_rebuilt_as_it_was_at_each_moment()
    {
        await _database.ExecuteAsync(
            """
            create table public.copy (moment timestamptz, name text, record text,
                data jsonb, primary key (moment, name, record));
            set session_replication_role = replica;
            insert into public.plans (title) values ('older than the log'), ('older, and changed'), ('older, and gone');
            insert into public.chapters select n, (select id from public.plans where title like '%changed')
                from generate_series(1, 3) n;
            insert into public.pages select 1, n from generate_series(1, 3) n;
            """);
        var random = new Random(4);
        string[] acts =
        [
            "insert into public.plans (title, price) values (gen_random_uuid()::text, 1.50)",
            "update public.plans set price = coalesce(price, 0) + 1.10 where title not like '%the log' "
                + "and random() < 0.5",
            "delete from public.plans p where title like '%gone' and not exists (select from public.chapters "
                + "where plan_id = p.id)",
            "insert into public.chapters select coalesce(max(id), 0) + 1, (select id from public.plans "
                + "order by random() limit 1) from public.chapters",
            "update public.chapters set data = '{\"b\": 1, \"a\": [1.0]}' where random() < 0.5",
            "insert into public.pages select id, (random() * 1000)::integer, 'x' from public.chapters "
                + "order by random() limit 1 on conflict do nothing",
            "update public.pages set text = repeat('y', (random() * 9)::integer) where random() < 0.5",
            "delete from public.pages where random() < 0.2",
            "delete from public.chapters where random() < 0.1",
            "truncate public.pages",
        ];
        for (var turn = 0; turn < 60; turn++)
        {
            if (turn == 40)
            {
                // a row that the log has never seen leaves nothing behind when it is truncated
                await _database.ExecuteAsync("update public.pages set text = coalesce(text, '') || 'z'");
            }

            await _database.ExecuteAsync(acts[turn == 40 ? 9 : random.Next(acts.Length - 1)]);
            if (turn == 30)
            {
                await using var worker = new Worker(_database.DataSource, 100, 10_000, new EnrichHandler());
                await worker.RegisterAsync();
                await worker.DrainAsync();
            }

            await _database.ExecuteAsync(
                """
                insert into public.copy
                select statement_timestamp(), r.name, r.record, r.data
                from (
                    select 'public.plans', id::text, to_jsonb(p) from public.plans p
                    union all
                    select 'public.chapters', id::text, to_jsonb(c) from public.chapters c
                    union all
                    select 'public.pages', jsonb_build_array(chapter_id, nr)::text, to_jsonb(g)
                        from public.pages g) r (name, record, data),
                    (select set_config('timezone', 'UTC', true)) utc
                """);
        }

        // every record there ever was, at every moment a copy was taken; one moment a statement, for a busy machine
        // takes its time
        foreach (var moment in await _database.LinesAsync("select distinct moment::text from public.copy"))
        {
            (await _database.LinesAsync(
                """
                with record as (
                    select distinct name, record from public.copy
                )
                select r.name, r.record, c.data, w.data
                from record r
                left join public.copy c on c.moment = $1::timestamptz and c.name = r.name and c.record = r.record
                cross join lateral (select logs.as_of(r.name::regclass, r.record, $1::timestamptz)) w (data)
                where c.data is distinct from w.data
                """,
                moment)).ShouldBeEmpty(moment);
        }

        (await _database.ScalarAsync<long>("select count(distinct (name, record)) from public.copy"))
            .ShouldBeGreaterThan(20);
    }

    [Fact]
    public async Task A_change_of_a_transaction_that_began_later_is_not_yet_in_it_nor_what_was_changed_after_that()
    {
        await _database.ExecuteAsync("insert into public.chapters (id, data) values (1, '\"first\"')");
        await using var early = await _database.OpenConnectionAsync();
        await early.ExecuteAsync("begin; select now()");
        var moment = await _database.ScalarAsync<DateTime>("select clock_timestamp()");
        await _database.ExecuteAsync("update public.chapters set data = '\"second\"'");
        await early.ExecuteAsync("update public.chapters set data = '\"third\"'; commit");

        (await AsOfAsync("chapters", "1", moment)).ShouldBe("""{"id": 1, "data": "first", "plan_id": null}""");
        (await AsOfAsync("chapters", "1", DateTime.MaxValue)).ShouldBe(
            """{"id": 1, "data": "third", "plan_id": null}""");
        (await AsOfAsync("chapters", "1", DateTime.UnixEpoch)).ShouldBe("∅");
        (await AsOfAsync("chapters", "none", moment)).ShouldBe("∅");
    }

    [Fact]
    public async Task A_record_whose_key_was_changed_is_gone_from_then_on_and_another_may_come_to_it()
    {
        async Task<DateTime> AfterAsync(string sql)
        {
            await _database.ExecuteAsync(sql);
            return await _database.ScalarAsync<DateTime>("select clock_timestamp()");
        }

        const string Fifty = """{"id": 50, "data": "a", "plan_id": null}""";
        var made = await AfterAsync("insert into public.chapters (id, data) values (50, '\"a\"')");
        var moved = await AfterAsync("update public.chapters set id = 51 where id = 50");
        async Task ShouldBeAsync(string now)
        {
            (await AsOfAsync("chapters", "50", made)).ShouldBe(Fifty);
            (await AsOfAsync("chapters", "50", moved)).ShouldBe("∅");
            (await AsOfAsync("chapters", "51", made)).ShouldBe("∅");
            (await AsOfAsync("chapters", "51", moved)).ShouldBe(Fifty.Replace("50", "51", StringComparison.Ordinal));
            (await AsOfAsync("chapters", "50", DateTime.MaxValue)).ShouldBe(now);
        }

        await ShouldBeAsync("∅");
        await using var worker = new Worker(_database.DataSource, 100, 10_000, new EnrichHandler());
        await worker.RegisterAsync();
        await worker.DrainAsync();
        await ShouldBeAsync("∅");

        await _database.ExecuteAsync("insert into public.chapters (id) values (50)");
        await ShouldBeAsync("""{"id": 50, "data": null, "plan_id": null}""");
        await _database.ExecuteAsync("delete from public.chapters where id = 50; update public.chapters set id = 50");
        await ShouldBeAsync(Fifty);
    }

    [Fact]
    public async Task A_table_goes_by_its_name_also_when_it_was_dropped_and_a_partition_by_its_root()
    {
        await _database.ExecuteAsync(
            """
            create table public.days (id integer primary key, note text) partition by range (id);
            create table public.days_1 partition of public.days for values from (0) to (10);
            create table public.days_2 partition of public.days for values from (10) to (20);
            insert into public.days values (1, 'a'), (11, 'b');
            insert into public.chapters (id) values (1);
            """);
        await _database.ExecuteAsync("truncate public.days_1; drop table public.chapters cascade");

        (await AsOfAsync("public.chapters", "1", DateTime.MaxValue)).ShouldBe(
            """{"id": 1, "data": null, "plan_id": null}""");
        (await AsOfAsync("public.days", "1", DateTime.MaxValue)).ShouldBe("∅");
        (await AsOfAsync("days", "11", DateTime.MaxValue)).ShouldBe("""{"id": 11, "note": "b"}""");
        (await _database.LinesAsync("select logs.as_of('public.days_2'::regclass, '11', now())")).ShouldBe(
            ["""{"id": 11, "note": "b"}"""]);
        (await Should.ThrowAsync<PostgresException>(AsOfAsync("chapter", "1", DateTime.UnixEpoch))).MessageText
            .ShouldBe("there is no table chapter, and the log has none of that name");
    }

    // each is older than the log, and so read from its table
    [Fact]
    public async Task A_key_is_never_cut_off_or_rounded_to_another_and_no_check_of_a_domain_runs()
    {
        await _database.ExecuteAsync(
            """
            create domain public.small as integer check (value > 0);
            create domain public.smaller as public.small not null;
            create table public.codes (id char(3) primary key);
            create table public.names (id varchar(3) primary key);
            create table public.bits (id bit(3) primary key);
            create table public.sizes (id numeric(5, 2) primary key);
            create table public.counts (id public.smaller primary key);
            create table public.pairs (a char(3), b public.small, primary key (a, b));
            create table public.kinds (id regtype primary key);
            set session_replication_role = replica;
            insert into public.codes values ('DEU'), ('D');
            insert into public.names values ('DEU');
            insert into public.bits values ('101');
            insert into public.sizes values (1.5);
            insert into public.counts values (5);
            insert into public.pairs values ('D', 1);
            insert into public.kinds values ('integer');
            """);

        (string Table, string Record, string Found)[] sought =
        [
            ("codes", "DEU", """{"id": "DEU"}"""), ("codes", "D", """{"id": "D  "}"""),
            ("codes", "D  ", """{"id": "D  "}"""),
            ("codes", "DEUX", "∅"), ("codes", "E", "∅"),
            ("names", "DEU", """{"id": "DEU"}"""), ("names", "DEUX", "∅"),
            ("bits", "101", """{"id": "101"}"""), ("bits", "1", "∅"), ("bits", "x", "∅"),
            ("sizes", "1.5", """{"id": 1.50}"""), ("sizes", "1.501", "∅"), ("sizes", "x", "∅"),
            ("counts", "5", """{"id": 5}"""), ("counts", "-1", "∅"), ("counts", "x", "∅"),
            ("pairs", """["D", 1]""", """{"a": "D  ", "b": 1}"""), ("pairs", """["DX", 1]""", "∅"),
            ("pairs", """["D", -1]""", "∅"),
            ("pairs", """["D", null]""", "∅"), ("pairs", "D", "∅"),
            ("kinds", "int4", """{"id": "integer"}"""), ("kinds", "none", "∅"), ("kinds", "a(", "∅"),
        ];
        foreach (var (table, record, found) in sought)
        {
            (await AsOfAsync(table, record, DateTime.MaxValue)).ShouldBe(found, $"{table} {record}");
        }
    }

    [Fact]
    public async Task A_record_is_the_same_however_its_key_is_spelt()
    {
        await _database.ExecuteAsync(
            """
            create table public.ids (id uuid primary key, n integer);
            create table public.numbers (id integer primary key, n integer);
            create table public.words (id text primary key, n integer);
            create table public.codes (id char(3) primary key, n integer);
            create table public.pairs (a uuid, b text, primary key (a, b), n integer);
            insert into public.ids values ('aaaaaaaa-0000-0000-0000-000000000000', 1);
            insert into public.numbers values (7, 1);
            insert into public.words values ('aaaaaaaa-0000-0000-0000-000000000000', 1),
                ('AAAAAAAA-0000-0000-0000-000000000000', 3);
            insert into public.codes values ('D', 1);
            insert into public.pairs values ('aaaaaaaa-0000-0000-0000-000000000000', 'B', 1);
            """);
        (string Table, string Record, string Found)[] sought =
        [
            ("ids", "AAAAAAAA-0000-0000-0000-000000000000", "1"), ("ids", "{aaaaaaaa000000000000000000000000}", "1"),
            ("numbers", "007", "1"), ("numbers", "7.0", "∅"),
            ("words", "AAAAAAAA-0000-0000-0000-000000000000", "3"),
            ("words", "Aaaaaaaa-0000-0000-0000-000000000000", "∅"),
            ("codes", "D", "1"), ("codes", "D  ", "1"),
            ("pairs", """["AAAAAAAA-0000-0000-0000-000000000000","B"]""", "1"),
            ("pairs", """["aaaaaaaa-0000-0000-0000-000000000000", "b"]""", "∅"),
        ];
        async Task ShouldFindAsync(DateTime moment)
        {
            foreach (var (table, record, found) in sought)
            {
                (await _database.LinesAsync("select logs.as_of($1, $2, $3) ->> 'n'", table, record, moment))
                    .ShouldBe([found], $"{table} {record}");
            }
        }

        var moment = await _database.ScalarAsync<DateTime>("select clock_timestamp()");
        await _database.ExecuteAsync(
            "update public.ids set n = 2; update public.numbers set n = 2; update public.codes set n = 2; "
                + "update public.pairs set n = 2");

        await ShouldFindAsync(moment);
        await using var worker = new Worker(_database.DataSource, 100, 10_000, new EnrichHandler());
        await worker.RegisterAsync();
        await worker.DrainAsync();
        await ShouldFindAsync(moment);
    }

    [Fact]
    public async Task A_change_that_the_index_lacks_because_enrich_gave_up_on_it_counts()
    {
        await _database.ExecuteAsync("insert into public.chapters (id) values (1)");
        await using var worker = new Worker(_database.DataSource, 100, 10_000, new EnrichHandler());
        await worker.RegisterAsync();
        await worker.DrainAsync();
        await _database.ExecuteAsync("update public.chapters set data = '1'; delete from public.chapters");
        await worker.DrainAsync();
        await _database.ExecuteAsync(
            """
            select changelog.write_dead_letter('enrich', 'change', d.position, d.logged_at, 'no', 'P0001', 'P0001', 1,
                now())
            from logs.change_details d
            where d.action = 'delete';
            delete from logs.change_details where action = 'delete'
            """);

        (await AsOfAsync("chapters", "1", DateTime.MaxValue)).ShouldBe("∅");
    }

    private async Task<string> AsOfAsync(string table, string record, DateTime moment) =>
        (await _database.LinesAsync(
            "select logs.as_of($1, $2, $3)", table, record, DateTime.SpecifyKind(moment, DateTimeKind.Utc)))[0];
}
