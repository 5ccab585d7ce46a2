using System.Globalization;
using ChangeLog.IntegrationTests.Dispatching;
using ChangeLog.Reading;
using ChangeLog.TestSupport;
using Npgsql;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Reading;

/// <summary>
/// The property that everything stands on: whatever writers do and whenever workers die, each handler is handed every
/// change once, and each record's changes in the order they were made. CHANGELOG_PROPERTY_TRANSACTIONS makes it longer.
/// </summary>
public sealed class GaplessReadingTests
{
    private const int Writers = 20;
    private const int Accounts = 40;
    private const int WorkerCount = 3;
    private const int Kills = 30;

    private static readonly int TransactionsPerWriter = int.Parse(
        Environment.GetEnvironmentVariable("CHANGELOG_PROPERTY_TRANSACTIONS") ?? "50", CultureInfo.InvariantCulture);

    [Fact]
    public async Task Nothing_is_missed_nothing_comes_twice_and_each_record_keeps_its_order()
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        await using var server = await PostgresServer.StartOwnAsync();
        await using var database = await TestDatabase.CreateAsync(server);
        await CreateTablesAsync(database);
        await using var elsewhere = await TestDatabase.CreateEmptyAsync(server);
        await using var longTransaction = await elsewhere.OpenConnectionAsync();
        await BeginLongTransactionAsync(longTransaction);

        var workers = Enumerable.Range(0, WorkerCount).Select(_ => CreateWorker(database)).ToList();
        await workers[0].RegisterAsync();
        workers.ForEach(worker => worker.Start());
        var killing = KillAsync(database, new Random(seed));
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(
            n => new RandomWriter(database.DataSource, seed + n, Accounts).WriteAsync(TransactionsPerWriter)));
        await killing;

        // everything but the forged is handled although a transaction elsewhere is still open
        await database.WaitUntilAsync("select not exists (select from changelog.handler_behind)");
        await longTransaction.CloseAsync();
        await SweepAsync(database);
        await database.WaitUntilAsync("select not exists (select from changelog.handler_behind)");
        foreach (var worker in workers)
        {
            await worker.DisposeAsync();
        }

        await AssertCapturedAsync(database);
        await AssertSeenOnceAsync(database, "collect", "select position from logs.change");
        await AssertSeenOnceAsync(database, "events", "select position from lib_event.event");
        await AssertSeenOnceAsync(
            database, "both", "select position from logs.change union all select position from lib_event.event");
        await AssertOrderAsync(database, "collect");
        (await database.ScalarAsync<long>("select count(*) from public.echo")).ShouldBe(
            await database.ScalarAsync<long>("select count(*) from logs.change where table_name = 'account'"));
        (await database.ScalarAsync<long>("select count(*) from changelog.recovered")).ShouldBePositive(
            "no transaction forged the marker, so this run proves less than it should");
    }

    private static async Task CreateTablesAsync(TestDatabase database)
    {
        await database.ExecuteAsync(
            """
            insert into changelog.exclusion (pattern, schema_like, table_like) values ('public.seen', 'public', 'seen')
            """);
        await database.ExecuteAsync(
            $"""
            create table public.seen (
                nth bigint generated always as identity primary key,
                handler text not null,
                position bigint not null);
            create table public.echo (id bigint generated always as identity primary key, position bigint not null);
            create table public.account (id integer primary key, n integer not null);
            insert into public.account select g, 0 from generate_series(0, {Accounts - 1}) g
            """);
        (await database.ScalarAsync<long>("select count(*) from logs.change")).ShouldBe(Accounts);
    }

    private static Worker CreateWorker(TestDatabase database) => new(
        database.DataSourceFor(builder => builder.ApplicationName = "changelog/handlers"),
        pageSize: 13,
        positionsPerPage: 30,
        new CollectingHandler("collect", Streams.Changes),
        new CollectingHandler("events", Streams.Events),
        new CollectingHandler("both", Streams.Both),
        new EchoingHandler());

    private static async Task BeginLongTransactionAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand("begin; select pg_current_xact_id()", connection);
        await command.ExecuteNonQueryAsync();
    }

    // a worker that dies leaves its page to whoever comes next
    private static async Task KillAsync(TestDatabase database, Random random)
    {
        for (var kill = 0; kill < Kills; kill++)
        {
            await database.ExecuteAsync(
                $"""
                select pg_sleep({random.Next(20, 120)} / 1000.0);
                select pg_terminate_backend(pid)
                from pg_stat_activity
                where datname = current_database()
                and application_name = 'changelog/handlers'
                and random() < 0.5
                """);
        }
    }

    private static async Task SweepAsync(TestDatabase database)
    {
        var end = await database.ScalarAsync<long>("select last_value from lib_event.position");
        await Eventually.TrueAsync(
            "the sweep has looked through all that was written",
            async () =>
            {
                await database.ExecuteAsync("select changelog.sweep_transactions()");
                return await database.ScalarAsync<bool>("select finished >= $1 from changelog.sweep", end);
            });
    }

    // each committed update adds one, whichever writer made it: the log must hold as many
    private static async Task AssertCapturedAsync(TestDatabase database) =>
        (await database.LinesAsync(
            """
            select format('%s: n is %s, %s changes', a.id, a.n, count(c.position))
            from public.account a
            left join logs.change c on c.table_name = 'account' and c.record_id = a.id::text and c.op = 'U'
            group by a.id, a.n
            having a.n <> count(c.position)
            """)).ShouldBeEmpty();

    private static async Task AssertSeenOnceAsync(TestDatabase database, string handler, string positions)
    {
        var wrong = await database.LinesAsync(
            $"""
            select format(
                '%s %s was seen %s times; its transaction %s',
                '{handler}',
                expected.position,
                count(s.nth),
                (
                    select format('%s has its row at %s, recovered: %s', c.xid, t.position, exists (
                        select from changelog.recovered r where r.xid = c.xid))
                    from logs.change c
                    left join logs.transaction t on t.xid = c.xid and t.logged_at = c.logged_at
                    where c.position = expected.position))
            from ({positions}) expected
            left join (select * from public.seen where handler = '{handler}') s using (position)
            group by expected.position
            having count(s.nth) <> 1
            """);
        wrong.ShouldBeEmpty();
        (await database.ScalarAsync<long>("select count(*) from public.seen where handler = $1", handler)).ShouldBe(
            await database.ScalarAsync<long>($"select count(*) from ({positions}) p"));
    }

    // a recovered transaction comes late, and the docs say so
    private static async Task AssertOrderAsync(TestDatabase database, string handler) =>
        (await database.LinesAsync(
            """
            select format('account %s: n %s after %s', record_id, n, before)
            from (
                select
                    c.record_id,
                    (c.record_data ->> 'n')::integer as n,
                    lag((c.record_data ->> 'n')::integer) over (partition by c.record_id order by s.nth) as before
                from public.seen s
                join logs.change c on c.position = s.position
                where s.handler = $1
                and c.table_name = 'account'
                and c.xid not in (select r.xid from changelog.recovered r)) ordered
            where before >= n
            """,
            handler)).ShouldBeEmpty();
}
