using ChangeLog.Dispatching;
using ChangeLog.IntegrationTests.Dispatching;
using ChangeLog.Reading;
using ChangeLog.TestSupport;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Reading;

/// <summary>Windows, pages and floors, one at a time.</summary>
public sealed class WindowTests : IAsyncLifetime
{
    // as a superuser: nobody else may set what capture goes by
    private const string Forge =
        "select set_config('changelog.transaction', 'recorded', true), "
        + "setval('changelog.marked', pg_current_xact_id()::text::bigint)";

    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        await _database.ExecuteAsync(
            """
            insert into changelog.exclusion (pattern, schema_like, table_like) values ('public.seen', 'public', 'seen');
            create table public.seen (
                nth bigint generated always as identity primary key,
                handler text not null,
                position bigint not null);
            create table public.item (id integer primary key, n integer not null default 0)
            """);
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task What_commits_late_is_handled_after_what_was_written_later_and_committed_before()
    {
        await using var worker = await CreateWorkerAsync(Streams.Changes);
        await using var slow = await _database.OpenConnectionAsync();
        await slow.ExecuteAsync("begin; insert into public.item (id) values (1)");
        await _database.ExecuteAsync("insert into public.item (id) values (2)");
        await worker.DrainAsync();
        (await SeenItemsAsync()).ShouldBe(["2"]);

        await slow.ExecuteAsync("insert into public.item (id) values (3); commit");
        await worker.DrainAsync();
        (await SeenItemsAsync()).ShouldBe(["2", "1", "3"]);
    }

    [Fact]
    public async Task An_empty_window_is_not_stored()
    {
        await using var worker = await CreateWorkerAsync(Streams.Changes);
        await _database.ExecuteAsync("insert into public.item (id) values (1)");
        await worker.DrainAsync();
        const string cursor = "select c::text || c.xmin::text from changelog.cursor c";
        var before = await _database.ScalarAsync<string>(cursor);

        (await worker.TryPageAsync()).ShouldBe(PageOutcome.Idle);

        (await _database.ScalarAsync<string>(cursor)).ShouldBe(before);
    }

    [Fact]
    public async Task A_page_holds_at_most_its_size_and_looks_at_most_at_so_many_positions()
    {
        await using var worker = await CreateWorkerAsync(Streams.Changes, pageSize: 4, positionsPerPage: 10);
        await using var slow = await _database.OpenConnectionAsync();
        await slow.ExecuteAsync("begin; insert into public.item (id) values (0)");
        await _database.ExecuteAsync("insert into public.item (id) select g from generate_series(1, 25) g");
        await worker.DrainAsync();
        await slow.ExecuteAsync("insert into public.item (id) select g from generate_series(26, 31) g; commit");

        // the one change before 25 of another window, an empty stretch, another, and then four and two
        var pages = new List<long>();
        while (await worker.TryPageAsync() != PageOutcome.Idle)
        {
            pages.Add(await _database.ScalarAsync<long>("select handled - 25 from changelog.cursor"));
        }

        pages.ShouldBe([1, 1, 5, 7]);
        (await SeenItemsAsync()).Count.ShouldBe(32);
    }

    [Fact]
    public async Task A_page_that_is_not_committed_is_handled_again_whole()
    {
        await using var worker = await CreateWorkerAsync(Streams.Changes);
        await _database.ExecuteAsync("insert into public.item (id) values (1)");
        await _database.ExecuteAsync("alter table public.seen rename to away");
        (await worker.TryPageAsync()).ShouldBe(PageOutcome.Failing);
        await _database.ExecuteAsync("alter table public.away rename to seen");

        await worker.DrainAsync();

        (await SeenItemsAsync()).ShouldBe(["1"]);
    }

    [Fact]
    public async Task A_cursor_that_another_worker_holds_is_left_to_it()
    {
        await using var worker = await CreateWorkerAsync(Streams.Changes, pageSize: 1);
        await _database.ExecuteAsync("insert into public.item (id) values (1), (2)");
        (await worker.TryPageAsync()).ShouldBe(PageOutcome.Page);
        await using var other = await _database.OpenConnectionAsync();
        await other.ExecuteAsync("begin; select from changelog.cursor for update");

        (await worker.TryPageAsync()).ShouldBe(PageOutcome.Busy);

        await other.ExecuteAsync("commit");
        await worker.DrainAsync();
        (await SeenItemsAsync()).ShouldBe(["1", "2"]);
    }

    [Theory]
    [InlineData("recovered_upto = recovered_upto + 1")]
    [InlineData("last = pg_current_snapshot()")]
    public async Task A_window_is_not_opened_on_a_cursor_that_moved_since_it_was_read(string move)
    {
        await using var worker = await CreateWorkerAsync(Streams.Changes);
        await _database.ExecuteAsync("insert into public.item (id) values (1)");
        await using var opening = await _database.OpenConnectionAsync();
        await using var holder = await _database.OpenConnectionAsync();
        // the position is read after the cursor and before the cursor is locked
        await holder.ExecuteAsync("begin; alter sequence lib_event.position rename to away");
        var opened = opening.ScalarAsync<string>("select changelog.open_window('test')");
        await _database.WaitUntilAsync(
            $"select wait_event_type = 'Lock' from pg_stat_activity where pid = {opening.ProcessID}");

        await _database.ExecuteAsync($"update changelog.cursor set {move}");
        await holder.ExecuteAsync("rollback");

        (await opened).ShouldBe("busy");
        (await _database.LinesAsync("select current is null from changelog.cursor")).ShouldBe(["t"]);
    }

    [Fact]
    public async Task A_handler_of_both_streams_gets_them_in_position_order_under_one_limit()
    {
        await using var worker = await CreateWorkerAsync(Streams.Both, pageSize: 3);
        await _database.ExecuteAsync(
            """
            begin;
            insert into public.item (id) values (1);
            select lib_event.create('test.item.seen');
            insert into public.item (id) values (2), (3);
            select lib_event.create('test.item.seen');
            insert into public.item (id) values (4);
            commit
            """);

        await worker.DrainAsync();

        (await _database.LinesAsync("select position::text from public.seen order by nth")).ShouldBe(
            await _database.LinesAsync(
                """
                select position::text
                from (select position from logs.change union all select position from lib_event.event) p
                order by position
                """));
        (await _database.ScalarAsync<bool>("select handled = (select count(*) from public.seen) from changelog.cursor"))
            .ShouldBeTrue();
    }

    [Fact]
    public async Task A_handler_registered_from_now_leaves_the_past_alone()
    {
        await _database.ExecuteAsync("insert into public.item (id) values (1)");
        await _database.ExecuteAsync("select changelog.register_handler('test', 'changes', true)");
        await _database.ExecuteAsync("insert into public.item (id) values (2)");
        await using var worker = await CreateWorkerAsync(Streams.Changes);

        await worker.DrainAsync();

        (await SeenItemsAsync()).ShouldBe(["2"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_transaction_with_a_forged_marker_is_recovered_and_handled_once(bool handlerIsBehind)
    {
        await using var worker = await CreateWorkerAsync(Streams.Changes);
        await _database.ExecuteAsync("insert into public.item (id) values (1)");
        await _database.ExecuteAsync($"begin; {Forge}; insert into public.item (id) values (2), (3); commit");
        await _database.ExecuteAsync("insert into public.item (id) values (4)");
        if (!handlerIsBehind)
        {
            await worker.DrainAsync();
            (await SeenItemsAsync()).ShouldBe(["1", "4"]);
        }

        (await UnhandledItemsAsync()).ShouldBe(handlerIsBehind ? ["1", "2", "3", "4"] : ["2", "3"]);
        await SweepAsync(recovered: 1);
        (await UnhandledItemsAsync()).ShouldBe(handlerIsBehind ? ["1", "2", "3", "4"] : ["2", "3"]);
        await worker.DrainAsync();

        (await SeenItemsAsync()).Order().ShouldBe(["1", "2", "3", "4"]);
        (await UnhandledItemsAsync()).ShouldBeEmpty();
        (await _database.LinesAsync("select event_type from lib_event.event where event_type like '%recovered'"))
            .ShouldBe(["changelog.transaction.recovered"]);
        (await _database.LinesAsync("select context::text from logs.transaction where db_user is null"))
            .ShouldBe(["""{"recovered": true}"""]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Changes_before_a_marker_that_was_forged_and_given_back_are_recovered_and_handled_once(
        bool handlerIsBehind)
    {
        await using var worker = await CreateWorkerAsync(Streams.Changes, pageSize: 1);
        await _database.ExecuteAsync(
            $"""
            begin;
            {Forge};
            insert into public.item (id) values (1), (2);
            reset changelog.transaction;
            insert into public.item (id) values (3), (4);
            commit
            """);
        if (!handlerIsBehind)
        {
            await worker.DrainAsync();
            (await SeenItemsAsync()).ShouldBe(["3", "4"]);
        }

        (await UnhandledItemsAsync()).ShouldBe(handlerIsBehind ? ["1", "2", "3", "4"] : ["1", "2"]);
        await SweepAsync(recovered: 1);
        (await UnhandledItemsAsync()).ShouldBe(handlerIsBehind ? ["1", "2", "3", "4"] : ["1", "2"]);
        await worker.DrainAsync();

        (await SeenItemsAsync()).Order().ShouldBe(["1", "2", "3", "4"]);
        (await UnhandledItemsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task In_the_middle_of_a_recovered_transaction_its_rest_and_what_came_before_are_unhandled()
    {
        await using var worker = await CreateWorkerAsync(Streams.Changes, pageSize: 1);
        await _database.ExecuteAsync("insert into public.item (id) values (1)");
        await _database.ExecuteAsync($"begin; {Forge}; insert into public.item (id) values (2), (3); commit");
        await _database.ExecuteAsync("insert into public.item (id) values (4)");
        await SweepAsync(recovered: 1);

        (await worker.TryPageAsync()).ShouldBe(PageOutcome.Page);

        (await SeenItemsAsync()).ShouldBe(["2"]);
        (await UnhandledItemsAsync()).ShouldBe(["1", "3", "4"]);
    }

    [Fact]
    public async Task An_event_among_the_changes_of_a_recovered_transaction_is_handled_once()
    {
        await using var worker = await CreateWorkerAsync(Streams.Both);
        await using var other = await _database.OpenConnectionAsync();
        await using var forger = await _database.OpenConnectionAsync();
        // the lower id: what the recovered transaction's window shows of others ends with its own
        await other.ExecuteAsync("begin; select pg_current_xact_id()");
        await forger.ExecuteAsync($"begin; {Forge}; insert into public.item (id) values (1)");
        await other.ExecuteAsync("select lib_event.create('test.item.seen'); commit");
        await forger.ExecuteAsync("insert into public.item (id) values (2); commit");
        await SweepAsync(recovered: 1);

        await worker.DrainAsync();

        (await _database.LinesAsync(
            """
            select coalesce(c.record_id, e.event_type), count(*)
            from public.seen s
            left join logs.change c on c.position = s.position
            left join lib_event.event e on e.position = s.position
            where c.position is not null
            or e.event_type = 'test.item.seen'
            group by 1
            order by 1
            """)).ShouldBe(["1|1", "2|1", "test.item.seen|1"]);
    }

    [Theory]
    [InlineData("changes")]
    [InlineData("events")]
    public async Task A_handler_is_behind_what_has_committed_late(string stream)
    {
        const string write = "insert into public.item (id) values ($1)";
        await using var worker = await CreateWorkerAsync(Enum.Parse<Streams>(stream, ignoreCase: true));
        await using var slow = await _database.OpenConnectionAsync();
        await slow.ExecuteAsync("begin; select lib_event.create('test.item.seen')");
        await slow.ExecuteAsync(write, 1);
        await _database.ExecuteAsync(write, 2);
        await _database.ExecuteAsync("select lib_event.create('test.item.seen')");
        await worker.DrainAsync();
        (await _database.LinesAsync("select handler from changelog.handler_behind")).ShouldBeEmpty();

        await slow.ExecuteAsync("commit");

        (await _database.LinesAsync("select handler from changelog.handler_behind")).ShouldBe(["test"]);
    }

    [Fact]
    public async Task A_handler_without_a_cursor_is_woken_to_begin_anew()
    {
        const string look = "select behind from changelog.look(array['test'], false)";
        (await _database.LinesAsync(look)).ShouldBe(["{test}"]);

        await _database.ExecuteAsync("select changelog.register_handler('test', 'changes', true)");

        (await _database.LinesAsync(look)).ShouldBe(["{}"]);
    }

    [Fact]
    public async Task All_is_handled_only_once_what_was_recovered_is()
    {
        const string hasHandled = "select changelog.has_handled('test', pg_current_snapshot())";
        await using var worker = await CreateWorkerAsync(Streams.Changes);
        await _database.ExecuteAsync($"begin; {Forge}; insert into public.item (id) values (1); commit");
        await _database.ExecuteAsync("insert into public.item (id) values (2)");
        await worker.DrainAsync();
        await SweepAsync(recovered: 1);
        (await _database.ScalarAsync<bool>(hasHandled)).ShouldBeFalse();

        await worker.DrainAsync();

        (await _database.ScalarAsync<bool>(hasHandled)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_worker_asks_for_its_own_handlers_only()
    {
        await using var worker = await CreateWorkerAsync(Streams.Changes);
        await _database.ExecuteAsync("select changelog.register_handler('retired', 'changes', false)");
        await _database.ExecuteAsync("insert into public.item (id) values (1)");

        (await new CursorStore(
            _database.DataSource).BehindAsync(["test"], CancellationToken.None)).Keys.ShouldBe(["test"]);
    }

    [Fact]
    public async Task Whether_a_handler_is_behind_is_found_without_reading_all_transactions()
    {
        await using var worker = await CreateWorkerAsync(Streams.Changes);
        await _database.ExecuteAsync(
            """
            insert into logs.transaction (position, event__id, xid, logged_at, context)
            select g, gen_random_uuid(), (g * 7919 % 20011)::text::xid8, now(), '{}'
            from generate_series(10, 20000) g;
            analyze logs.transaction;
            update changelog.cursor set last = '30000:30000:'
            """);
        await using var connection = await _database.OpenConnectionAsync();
        await connection.ExecuteAsync(
            "begin; select * from changelog.handler_behind; select changelog.open_window('test')");

        (await connection.ScalarAsync<decimal>(
            "select sum(seq_tup_read) from pg_stat_xact_user_tables where schemaname = 'logs'")).ShouldBe(0);
    }

    [Fact]
    public async Task One_sweep_looks_through_all_that_has_come_since_the_last()
    {
        await _database.ExecuteAsync(
            """
            begin;
            insert into public.item (id) values (1);
            insert into logs.change (position, xid, logged_at, table_oid, op, table_schema, table_name)
            select nextval('lib_event.position'), pg_current_xact_id(), now(), 0, 'I', 'public', 'many'
            from generate_series(1, 250000);
            commit
            """);
        using var sweep = new SweepService(
            new TransactionSweep(_database.DataSource),
            Options.Create(new SweepOptions()),
            TimeProvider.System,
            NullLogger<SweepService>.Instance);

        // transactions of other databases hold the sweep up, so it may take several: but one must go all the way
        await Eventually.TrueAsync(
            "one sweep has looked through 250,000 changes",
            async () =>
            {
                var before = await _database.ScalarAsync<long>("select finished from changelog.sweep");
                await sweep.RunOnceAsync(CancellationToken.None);
                return await _database.ScalarAsync<long>("select finished from changelog.sweep") - before >= 250_000;
            });
    }

    [Fact]
    public async Task Many_forged_markers_are_recovered_in_steps()
    {
        await using var worker = await CreateWorkerAsync(Streams.Changes);
        await _database.ExecuteAsync(
            $$"""
            do $$ begin
                for i in 1..501 loop
                    {{Forge.Replace("select", "perform", StringComparison.Ordinal)}};
                    insert into public.item (id) values (i), (1000 + i);
                    commit;
                end loop;
            end $$
            """);

        await SweepAsync(recovered: 500);
        await SweepAsync(recovered: 501);
        await worker.DrainAsync();

        (await SeenItemsAsync()).Select(int.Parse).Order()
            .ShouldBe(Enumerable.Range(1, 501).Concat(Enumerable.Range(1001, 501)));
    }

    [Fact]
    public async Task The_sweep_waits_for_transactions_that_could_still_fill_a_position()
    {
        await using var slow = await _database.OpenConnectionAsync();
        await slow.ExecuteAsync($"begin; {Forge}; insert into public.item (id) values (1)");
        await _database.ExecuteAsync("insert into public.item (id) values (2)");
        await SweepAsync(recovered: 0);
        await SweepAsync(recovered: 0);

        await slow.ExecuteAsync("commit");

        await SweepAsync(recovered: 1);
    }

    [Fact]
    public async Task What_is_unhandled_is_the_rest_of_the_page_and_what_lies_beyond()
    {
        await using var worker = await CreateWorkerAsync(Streams.Changes, pageSize: 2);
        await _database.ExecuteAsync("insert into public.item (id) values (1), (2), (3)");
        await worker.TryPageAsync();
        await _database.ExecuteAsync("insert into public.item (id) values (4)");

        (await UnhandledItemsAsync()).ShouldBe(["3", "4"]);
        (await _database.LinesAsync(
            "select format('%s handled, %s behind', handled, behind) from changelog.handler_status"))
            .ShouldBe(["2 handled, 2 behind"]);
    }

    private async Task<Worker> CreateWorkerAsync(Streams reads, int pageSize = 100, int positionsPerPage = 1000)
    {
        var worker = new Worker(
            _database.DataSource, pageSize, positionsPerPage, new CollectingHandler("test", reads));
        await worker.RegisterAsync();
        return worker;
    }

    // the first notes how far the log goes, a later one looks there once nobody on this server can add to it
    private async Task SweepAsync(int recovered) =>
        (await Eventually.ValueAsync(
            "the sweep has recovered what was lost",
            async () =>
            {
                await _database.ExecuteAsync("select changelog.sweep_transactions()");
                return await _database.ScalarAsync<long>("select count(*) from changelog.recovered");
            },
            count => count >= recovered)).ShouldBe(recovered);

    private Task<IReadOnlyList<string>> SeenItemsAsync() =>
        _database.LinesAsync(
            """
            select c.record_id
            from public.seen s
            join logs.change c on c.position = s.position
            order by s.nth
            """);

    private Task<IReadOnlyList<string>> UnhandledItemsAsync() =>
        _database.LinesAsync("select record_id from changelog.unhandled_changes('test') order by position");
}
