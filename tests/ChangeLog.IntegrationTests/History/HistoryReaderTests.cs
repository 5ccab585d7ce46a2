using ChangeLog.Handlers;
using ChangeLog.Handlers.Enrichment;
using ChangeLog.Handlers.Indexing;
using ChangeLog.History;
using ChangeLog.History.Records;
using ChangeLog.IntegrationTests.Dispatching;
using ChangeLog.IntegrationTests.Handlers;
using ChangeLog.Keys;
using ChangeLog.TestSupport;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.History;

/// <summary>The history of one record: each of its changes once, wherever the handlers are.</summary>
public sealed class HistoryReaderTests : IAsyncLifetime
{
    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        await _database.ExecuteAsync(
            """
            create table public.customers (id integer primary key);
            create table public.orders (id integer primary key, n integer);
            create table public.notes (
                id integer primary key,
                order_id integer references public.orders,
                customer_id integer references public.customers)
            """);
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task The_newest_changes_are_shown_oldest_first_and_the_older_ones_are_counted()
    {
        await _database.ExecuteAsync("insert into public.orders values (1, 1), (2, 0)");
        await UpdateAsync(2, 3, 4);
        await _database.DeriveAsync();
        await UpdateAsync(5, 6);

        foreach (var (limit, shown) in new (int, int[])[]
        {
            (1, [6]), (3, [4, 5, 6]), (5, [2, 3, 4, 5, 6]), (9, [1, 2, 3, 4, 5, 6]),
        })
        {
            var history = await ReadAsync("orders", "1", limit: limit);

            history.Changes.Select(change => change.RecordData!.Value.GetProperty("n").GetInt32()).ShouldBe(shown);
            (history.Total, history.Older, history.NotHandled).ShouldBe((6, 6 - shown.Length, 2));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_one_of_the_two_handlers_has_handled_and_the_other_not_is_shown_once(bool isIndexFirst)
    {
        IHandler[] handlers = isIndexFirst ? [new IndexHandler(), new EnrichHandler()]
            : [new EnrichHandler(), new IndexHandler()];
        await _database.ExecuteAsync("insert into public.orders values (1, 1); insert into public.notes values (7, 1)");
        string[] both = ["I orders 1", "I notes 7"];

        (await LinesAsync("orders", "1", children: true)).ShouldBe(both);
        foreach (var handler in handlers)
        {
            await using var worker = new Worker(_database.DataSource, 1000, 10_000, handler);
            await worker.RegisterAsync();
            await worker.DrainAsync();
            (await LinesAsync("orders", "1", children: true)).ShouldBe(both);
        }

        (await LinesAsync("orders", "1")).ShouldBe(both[..1]);
        (await ReadAsync("orders", "1", children: true)).NotHandled.ShouldBe(0);
    }

    [Fact]
    public async Task What_refers_to_a_record_of_the_same_key_in_another_table_is_no_child()
    {
        await _database.ExecuteAsync(
            """
            insert into public.orders values (1, 1);
            insert into public.customers values (1);
            insert into public.notes values (7, 1, null), (8, null, 1)
            """);
        string[] expected = ["I customers 1", "I notes 8"];

        (await LinesAsync("customers", "1", children: true)).ShouldBe(expected);
        await _database.DeriveAsync();
        (await LinesAsync("customers", "1", children: true)).ShouldBe(expected);
    }

    [Fact]
    public async Task A_truncate_belongs_to_the_history_of_each_record_that_there_was_and_of_no_other()
    {
        await _database.ExecuteAsync("insert into public.orders values (1, 1)");
        await _database.ExecuteAsync("truncate public.orders cascade");

        await ShouldBeThereAsync();
        await _database.DeriveAsync();
        await ShouldBeThereAsync();

        async Task ShouldBeThereAsync()
        {
            (await LinesAsync("orders", "1")).ShouldBe(["I orders 1", "T orders "]);
            var unknown = await ReadAsync("orders", "2");
            (unknown.Changes.Count, unknown.Total, unknown.NotHandled).ShouldBe((0, 0, 0));
        }
    }

    [Fact]
    public async Task It_is_narrowed_by_time_actor_and_column_wherever_the_handlers_are()
    {
        await _database.ExecuteAsync("insert into public.orders values (1, 1)");
        await _database.ExecuteAsync(
            """
            begin;
            select changelog.set_context('{"actor_id": "anna"}');
            update public.orders set n = 2;
            insert into public.notes values (7, 1);
            commit
            """);
        var second = await _database.ScalarAsync<DateTime>("select max(logged_at) from logs.change");
        await _database.ExecuteAsync("update public.orders set n = 3");

        await ShouldBeNarrowedAsync();
        await _database.DeriveAsync();
        await ShouldBeNarrowedAsync();

        async Task ShouldBeNarrowedAsync()
        {
            foreach (var (filter, expected) in new (HistoryFilter, string[])[]
            {
                (new() { Limit = 9, Actor = "anna" }, ["U orders 1"]),
                (new() { Limit = 9, Actor = "anna", Children = true }, ["U orders 1", "I notes 7"]),
                (new() { Limit = 9, Actor = "bert" }, []),
                (new() { Limit = 9, Columns = ["n", "id"] }, ["U orders 1", "U orders 1"]),
                (new() { Limit = 9, Columns = ["id"] }, []),
                (new() { Limit = 9, Since = second }, ["U orders 1", "U orders 1"]),
                (new() { Limit = 9, Until = second }, ["I orders 1"]),
            })
            {
                var history = await ReadAsync("orders", "1", filter);
                history.Changes.Select(Line).ShouldBe(expected, $"{filter}");
                history.Total.ShouldBe(expected.Length, $"{filter}");
                history.Unseen.ShouldBeEmpty();
            }
        }
    }

    [Fact]
    public async Task A_changed_key_is_followed_both_ways()
    {
        await _database.ExecuteAsync("insert into public.orders values (1, 1)");
        await _database.ExecuteAsync("update public.orders set n = 2");
        await _database.ExecuteAsync("update public.orders set id = 4");
        await _database.ExecuteAsync("update public.orders set n = 3");
        await _database.ExecuteAsync("update public.orders set id = 9");
        string[] all = ["I orders 1", "U orders 1", "U orders 4", "U orders 4", "U orders 9"];

        await ShouldBeFollowedAsync();
        await _database.DeriveAsync();
        await ShouldBeFollowedAsync();

        // another one with the old key
        await _database.ExecuteAsync("insert into public.orders values (1, 5)");
        (await LinesAsync("orders", "9")).ShouldBe(all);
        (await LinesAsync("orders", "1")).ShouldBe(["I orders 1", "U orders 1", "I orders 1"]);

        async Task ShouldBeFollowedAsync()
        {
            foreach (var record in new[] { "1", "4", "9" })
            {
                var history = await ReadAsync("orders", record);
                history.Changes.Select(Line).ShouldBe(all, record);
                (history.Total, history.Unseen.Count).ShouldBe((5, 0), record);
                (await ReadAsync("orders", record, limit: 2)).Changes.Select(Line).ShouldBe(all[3..], record);
            }
        }
    }

    [Fact]
    public async Task A_child_that_follows_its_parents_key_is_shown_once()
    {
        await _database.ExecuteAsync(
            """
            alter table public.notes drop constraint notes_order_id_fkey;
            alter table public.notes add foreign key (order_id) references public.orders on update cascade;
            insert into public.orders values (1, 1);
            insert into public.notes values (7, 1)
            """);
        await _database.ExecuteAsync("update public.orders set id = 4");
        string[] all = ["I orders 1", "I notes 7", "U notes 7", "U orders 4"];

        await ShouldBeShownOnceAsync();
        await _database.DeriveAsync();
        await ShouldBeShownOnceAsync();

        async Task ShouldBeShownOnceAsync()
        {
            foreach (var record in new[] { "1", "4" })
            {
                var history = await ReadAsync("orders", record, children: true);
                history.Changes.Select(Line).ShouldBe(all, ignoreOrder: true, customMessage: record);
                history.Total.ShouldBe(all.Length, record);
            }
        }
    }

    [Fact]
    public async Task A_key_that_goes_and_comes_back_is_shown_once()
    {
        await _database.ExecuteAsync("insert into public.orders values (1, 1)");
        await _database.ExecuteAsync("update public.orders set id = 4");
        await _database.ExecuteAsync("update public.orders set id = 1");
        await _database.ExecuteAsync("truncate public.orders cascade");
        await _database.DeriveAsync();

        (await LinesAsync("orders", "1")).ShouldBe(["I orders 1", "U orders 4", "U orders 1", "T orders "]);
        (await LinesAsync("orders", "4")).ShouldBe(["I orders 1", "U orders 4", "T orders "]);
    }

    private async Task UpdateAsync(params int[] numbers)
    {
        foreach (var n in numbers)
        {
            await _database.ExecuteAsync("update public.orders set n = $1 where id = 1", n);
        }
    }

    private async Task<IEnumerable<string>> LinesAsync(string table, string record, bool children = false) =>
        (await ReadAsync(table, record, children)).Changes.Select(Line);

    private static string Line(LoggedChange change) => $"{change.Op} {change.TableName} {change.RecordId}";

    private Task<RecordHistory> ReadAsync(string name, string record, bool children = false, int limit = 100) =>
        ReadAsync(name, record, new HistoryFilter { Children = children, Limit = limit });

    private async Task<RecordHistory> ReadAsync(string name, string record, HistoryFilter filter)
    {
        var token = TestContext.Current.CancellationToken;
        await using var connection = await _database.OpenConnectionAsync();
        var table = await new TableFinder(connection).FindAsync(name, token);
        var periods = await new KeyTrail(connection).ReadAsync(table, record, token);
        return await new HistoryReader(connection).ReadAsync(table, periods, filter, token);
    }
}
