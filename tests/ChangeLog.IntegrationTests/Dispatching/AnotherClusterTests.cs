using ChangeLog.Dispatching;
using ChangeLog.Handlers;
using ChangeLog.Handlers.Enrichment;
using ChangeLog.Handlers.Indexing;
using ChangeLog.History;
using ChangeLog.History.Records;
using ChangeLog.IntegrationTests.Schema;
using ChangeLog.Keys;
using ChangeLog.Reading;
using ChangeLog.TestSupport;
using Npgsql;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Dispatching;

/// <summary>A logical restore starts transaction ids over: the backlog is handled there, nothing twice.</summary>
public sealed class AnotherClusterTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static IHandler[] Handlers =>
    [
        new CollectingHandler("collect", Streams.Changes),
        new CollectingHandler("events", Streams.Events),
        new CollectingHandler("both", Streams.Both),
    ];

    [Fact]
    public async Task All_is_handled_once_although_ids_begin_anew_and_overtake_the_old_ones()
    {
        await using var firstServer = await PostgresServer.StartOwnAsync();
        await using var first = await TestDatabase.CreateAsync(firstServer);
        await CreateTablesAsync(first);
        await LeaveUnhandledAsync(first);
        var lastOldId = await NextIdAsync(first);

        await using var secondServer = await PostgresServer.StartOwnAsync();
        await using var second = await TestDatabase.CreateEmptyAsync(secondServer);
        await RestoreAsync(first, second);
        (await NextIdAsync(second)).ShouldBeLessThan(lastOldId);
        await WriteAsync(second, "new before the worker");
        (await second.ScalarAsync<long>("select count(*) from changelog.handler_behind")).ShouldBe(Handlers.Length);
        (await second.LinesAsync("select handler, behind from changelog.handler_status order by 1")).ShouldBe(
            await second.LinesAsync(
                """
                select 'both', (select count(*) from logs.change) + (select count(*) from lib_event.event) - count(*)
                from public.seen where handler = 'both'
                union all
                select 'collect', (select count(*) from logs.change) - count(*) from public.seen
                    where handler = 'collect'
                union all
                select 'events', (select count(*) from lib_event.event) - count(*) from public.seen
                    where handler = 'events'
                """));

        await using var worker = CreateWorker(second, Handlers);
        await CatchUpAsync(second, worker);
        await AssertSeenOnceAsync(second);
        (await second.LinesAsync("select boundary > 0 from changelog.cluster order by number")).ShouldBe(["f", "t"]);

        while (await NextIdAsync(second) < lastOldId + 100)
        {
            await WriteAsync(second, "new");
            await BurnIdsAsync(second, 150);
            await CatchUpAsync(second, worker);
        }

        await AssertSeenOnceAsync(second);
        (await second.LinesAsync("select distinct behind from changelog.handler_status")).ShouldBe(["0"]);
        (await second.ScalarAsync<long>("select count(*) from changelog.handler_behind")).ShouldBe(0);
        (await second.ScalarAsync<long>("select count(*) from changelog.cluster")).ShouldBe(2);
    }

    [Fact]
    public async Task History_and_links_go_by_name_where_oids_are_another_clusters()
    {
        await using var firstServer = await PostgresServer.StartOwnAsync();
        await using var first = await TestDatabase.CreateAsync(firstServer);
        await CreateTablesAsync(first);
        await first.ExecuteAsync(
            "create table public.part (id int primary key, item_id bigint references public.item)");
        await using (var before = CreateWorker(first, new EnrichHandler(), new IndexHandler()))
        {
            await first.ExecuteAsync(
                "insert into public.item (id, note) values (7, 'old'); insert into public.part values (1, 7)");
            await CatchUpAsync(first, before);
            await first.ExecuteAsync(
                "update public.item set note = 'unhandled'; insert into public.part values (2, 7)");
        }

        await using var secondServer = await PostgresServer.StartOwnAsync();
        await using var second = await TestDatabase.CreateEmptyAsync(secondServer);
        // the oids that the first cluster knew are other tables' here
        await second.ExecuteAsync("create table public.first_come (id int)");
        await RestoreAsync(first, second);
        await second.ExecuteAsync("update public.item set note = 'new'; insert into public.part values (3, 7)");
        await using var worker = CreateWorker(second, new EnrichHandler(), new IndexHandler());
        string[] all =
        [
            "public.item I old", "public.part I 1", "public.item U unhandled", "public.part I 2", "public.item U new",
            "public.part I 3",
        ];

        (await HistoryAsync(second)).ShouldBe(all, "before the worker has come");
        await CatchUpAsync(second, worker);
        (await HistoryAsync(second)).ShouldBe(all, "afterwards");
    }

    [Fact]
    public async Task A_handler_that_begins_later_is_handed_what_came_with_the_restore_too()
    {
        await using var database = await TestDatabase.CreateAsync();
        await CreateTablesAsync(database);
        await WriteAsync(database, "old");
        await PretendAnotherClusterAsync(database);
        await WriteAsync(database, "new");
        await using var early = CreateWorker(database, new CollectingHandler("both", Streams.Both));
        await CatchUpAsync(database, early);
        await WriteAsync(database, "later");

        await using var late = CreateWorker(database, Handlers[..2]);
        await late.RegisterAsync();
        (await database.LinesAsync("select handler from changelog.handler_behind order by 1")).ShouldBe(
            ["both", "collect", "events"]);
        await CatchUpAsync(database, early);
        await CatchUpAsync(database, late);

        await AssertSeenOnceAsync(database);
    }

    [Fact]
    public async Task A_transaction_that_writes_holds_up_the_adoption_and_the_error_says_so()
    {
        await using var database = await TestDatabase.CreateAsync();
        await CreateTablesAsync(database);
        await WriteAsync(database, "old");
        await PretendAnotherClusterAsync(database);
        await using var worker = CreateWorker(database, Handlers[0]);
        await worker.RegisterAsync();
        await using (var writer = await database.OpenConnectionAsync())
        {
            await writer.ExecuteAsync("begin; insert into public.item (note) values ('slow')");
            (await worker.TryPageAsync()).ShouldBe(PageOutcome.Failing);
            worker.Failure!.SqlState.ShouldBe(PostgresErrorCodes.LockNotAvailable);
            worker.Failure.Text.ShouldContain("restored into another cluster");
            await writer.ExecuteAsync("commit");
        }

        await worker.DrainAsync();
        await AssertSeenOnceAsync(database, "collect", "select position from logs.change");
    }

    [Fact]
    public async Task A_sweep_that_waited_for_transactions_of_the_other_cluster_begins_anew()
    {
        await using var database = await TestDatabase.CreateAsync();
        await CreateTablesAsync(database);
        await WriteAsync(database, "old");
        await database.ExecuteAsync(
            "update changelog.sweep set upto = (select last_value from lib_event.position), barrier = '900000000'");
        await PretendAnotherClusterAsync(database);
        await using var worker = CreateWorker(database, Handlers[0]);
        await worker.RegisterAsync();

        (await worker.TryPageAsync()).ShouldBe(PageOutcome.Busy, "it adopts the cluster");

        (await database.LinesAsync("select upto, barrier from changelog.sweep")).ShouldBe(["∅|∅"]);
    }

    [Fact]
    public async Task A_handler_is_behind_in_another_cluster_although_nothing_is_new_there()
    {
        await using var database = await TestDatabase.CreateAsync();
        await CreateTablesAsync(database);
        await using var worker = CreateWorker(database, Handlers[0]);
        await worker.RegisterAsync();
        await WriteAsync(database, "handled");
        await worker.DrainAsync();
        await WriteAsync(database, "unhandled");
        // ids were higher there
        await database.ExecuteAsync("update changelog.cursor set last = '900000000:900000000:'");
        await PretendAnotherClusterAsync(database);

        (await database.LinesAsync("select handler from changelog.handler_behind")).ShouldBe(["collect"]);

        await worker.DrainAsync();
        await AssertSeenOnceAsync(database, "collect", "select position from logs.change");
    }

    [Fact]
    public async Task All_is_handled_only_once_what_came_with_the_restore_is()
    {
        const string hasHandled = "select changelog.has_handled('collect', pg_current_snapshot())";
        await using var database = await TestDatabase.CreateAsync();
        await CreateTablesAsync(database);
        await using var worker = CreateWorker(database, Handlers[0]);
        await worker.RegisterAsync();
        await WriteAsync(database, "unhandled");
        await WriteAsync(database, "unhandled");
        await database.ExecuteAsync("update changelog.cursor set last = '900000000:900000000:'");
        await PretendAnotherClusterAsync(database);
        (await worker.TryPageAsync()).ShouldBe(PageOutcome.Busy, "it adopts the cluster");
        (await worker.TryPageAsync()).ShouldBe(PageOutcome.Page);
        (await database.ScalarAsync<bool>(hasHandled)).ShouldBeFalse();

        await worker.DrainAsync();

        (await database.ScalarAsync<bool>(hasHandled)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_handler_from_now_on_leaves_what_came_with_the_restore_alone_when_ids_reach_it()
    {
        await using var database = await TestDatabase.CreateAsync();
        await CreateTablesAsync(database);
        await database.ExecuteAsync(
            """
            with old as (
                insert into logs.transaction (position, event__id, xid, logged_at, context)
                select nextval('lib_event.position'), gen_random_uuid(), x.id, now(), '{}'
                from (select ((pg_current_xact_id()::text::bigint + 50)::text)::xid8) x (id)
                returning xid)
            insert into logs.change (position, xid, logged_at, table_oid, op, table_schema, table_name, record_id)
            select nextval('lib_event.position'), old.xid, now(), 0, 'I', 'public', 'item', 'old'
            from old
            """);
        await PretendAnotherClusterAsync(database);
        await database.ExecuteAsync("select changelog.register_handler('collect', 'changes', true)");
        await BurnIdsAsync(database, 100);
        await WriteAsync(database, "new");

        await using var worker = CreateWorker(database, Handlers[0]);
        await worker.DrainAsync();

        (await database.LinesAsync("select position from public.seen order by nth")).ShouldBe(
            await database.LinesAsync("select position from logs.change where record_id <> 'old' order by position"));
    }

    // ids that are high, so that a new cluster's are lower; a late committer below what is handled; a forged
    // transaction; an open window; a tail that nobody has read
    private static async Task LeaveUnhandledAsync(TestDatabase database)
    {
        await BurnIdsAsync(database, 3000);
        await using var worker = CreateWorker(database, Handlers);
        await WriteAsync(database, "handled");
        await using (var late = await database.OpenConnectionAsync())
        {
            await late.ExecuteAsync(
                "begin; insert into public.item (note) values ('late'); select lib_event.create('test.item.late')");
            await WriteAsync(database, "handled");
            await worker.RegisterAsync();
            await worker.DrainAsync();
            await late.ExecuteAsync("commit");
        }

        await RunAsync(
            database,
            "set_config('changelog.transaction', 'recorded', true), "
            + "setval('changelog.marked', pg_current_xact_id()::text::bigint)",
            "forged");
        for (var i = 0; i < 20; i++)
        {
            await WriteAsync(database, "unhandled");
        }

        foreach (var handler in Handlers)
        {
            await using var one = CreateWorker(database, handler);
            (await one.TryPageAsync()).ShouldBe(PageOutcome.Page);
        }

        await WriteAsync(database, "unhandled");
    }

    private static async Task<IEnumerable<string>> HistoryAsync(TestDatabase database)
    {
        await using var connection = await database.OpenConnectionAsync();
        var table = await new TableFinder(connection).FindAsync("item", Token);
        var history = await new HistoryReader(connection).ReadAsync(
            table, [new KeyPeriod(["7"])], new HistoryFilter { Children = true, Limit = 50 }, Token);
        history.Total.ShouldBe(history.Changes.Count);
        return history.Changes.Select(change => string.Join(' ', change.Table, change.Op, Told(change)));
    }

    private static string? Told(LoggedChange change) =>
        change.Table == "public.item"
            ? change.RecordData!.Value.GetProperty("note").GetString()
            : change.RecordId;

    private static Task<int> WriteAsync(TestDatabase database, string note) =>
        RunAsync(database, "lib_event.create('test.item.written')", note);

    private static Task<int> RunAsync(TestDatabase database, string call, string note) =>
        database.ExecuteAsync(
            $"""
            begin;
            select {call};
            insert into public.item (note) values ('{note}'), ('{note}');
            commit
            """);

    private static async Task RestoreAsync(TestDatabase from, TestDatabase to)
    {
        // roles are no part of a dump of one database: a DBA restores them first
        await to.ExecuteAsync("create role changelog_capture; create role changelog_links");
        await Psql.CopyAsync(from, to);
        await to.DataSource.InstallAsync();
        await to.DataSource.ReconcileAsync();
    }

    private static Task<int> PretendAnotherClusterAsync(TestDatabase database) =>
        database.ExecuteAsync("update changelog.cluster set system_identifier = system_identifier - 1");

    private static Task<int> BurnIdsAsync(TestDatabase database, int count) =>
        database.ExecuteAsync(
            $"do $$ begin for i in 1..{count} loop perform pg_current_xact_id(); commit; end loop; end $$");

    private static Task<long> NextIdAsync(TestDatabase database) =>
        database.ScalarAsync<long>("select pg_snapshot_xmax(pg_current_snapshot())::text::bigint");

    private static Worker CreateWorker(TestDatabase database, params IHandler[] handlers) =>
        new(database.DataSource, pageSize: 3, positionsPerPage: 30, handlers);

    private static async Task CatchUpAsync(TestDatabase database, Worker worker)
    {
        await worker.RegisterAsync();
        await worker.DrainAsync();
        // forged transactions are found in whichever cluster
        var last = await database.ScalarAsync<long>("select last_value from lib_event.position");
        await Eventually.TrueAsync(
            "the sweep has looked at all that is there",
            async () =>
            {
                await database.ExecuteAsync("select changelog.sweep_transactions()");
                return await database.ScalarAsync<bool>("select finished >= $1 from changelog.sweep", last);
            });
        await worker.DrainAsync();
    }

    private static Task<int> CreateTablesAsync(TestDatabase database) =>
        database.ExecuteAsync(
            """
            insert into changelog.exclusion (pattern, schema_like, table_like) values ('public.seen', 'public', 'seen');
            create table public.seen (
                nth bigint generated always as identity primary key,
                handler text not null,
                position bigint not null);
            create table public.item (id bigint generated by default as identity primary key, note text)
            """);

    private static async Task AssertSeenOnceAsync(TestDatabase database)
    {
        const string changes = "select position from logs.change";
        const string events = "select position from lib_event.event";
        await AssertSeenOnceAsync(database, "collect", changes);
        await AssertSeenOnceAsync(database, "events", events);
        await AssertSeenOnceAsync(database, "both", $"{changes} union all {events}");
    }

    private static async Task AssertSeenOnceAsync(TestDatabase database, string handler, string expected) =>
        (await database.LinesAsync(
            $"""
            select format('%s saw %s %s times', '{handler}', position, count(s.nth))
            from ({expected}) e
            full join (select * from public.seen where handler = '{handler}') s using (position)
            group by position
            having count(s.nth) <> 1
            """)).ShouldBeEmpty();
}
