using ChangeLog.Handlers;
using ChangeLog.Reading;
using ChangeLog.TestSupport;
using Npgsql;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Dispatching;

/// <summary>The order that docs/adding-a-handler.md promises a handler, and what it does not promise.</summary>
public sealed class OrderTests : IAsyncLifetime
{
    private readonly PagesHandler _handler = new();
    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        await _database.ExecuteAsync(
            """
            create table public.item (id integer primary key, n integer not null default 0);
            insert into public.item select generate_series(1, 5)
            """);
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task A_transactions_changes_stand_between_those_of_others_and_span_pages()
    {
        await using var worker = await StartAsync(pageSize: 2);
        await using var a = await BeginAsync("a");
        await using var b = await BeginAsync("b");
        await a.ExecuteAsync("update public.item set n = 1 where id = 1");
        await b.ExecuteAsync("update public.item set n = 1 where id = 2");
        await b.ExecuteAsync("update public.item set n = 1 where id = 3");
        await a.ExecuteAsync("update public.item set n = 1 where id = 4; commit");
        await b.ExecuteAsync("update public.item set n = 1 where id = 5; commit");

        await worker.DrainAsync();

        _handler.Pages.ShouldBe(["a 1: 1, b 2: 1", "b 3: 1, a 4: 1", "b 5: 1"]);
    }

    [Fact]
    public async Task What_commits_late_comes_in_a_later_window_with_lower_positions_than_what_was_handled()
    {
        await using var worker = await StartAsync(pageSize: 100);
        await using var a = await BeginAsync("a");
        await using var b = await BeginAsync("b");
        await using var c = await BeginAsync("c");
        await a.ExecuteAsync("update public.item set n = 1 where id = 1");
        await b.ExecuteAsync("update public.item set n = 1 where id = 2");
        await c.ExecuteAsync("update public.item set n = 1 where id = 3");
        await b.ExecuteAsync("update public.item set n = 2 where id = 2");
        await c.ExecuteAsync("update public.item set n = 2 where id = 3; commit");
        await worker.DrainAsync();
        await a.ExecuteAsync("update public.item set n = 2 where id = 1; commit");
        await b.ExecuteAsync("commit");
        await worker.DrainAsync();

        _handler.Pages.ShouldBe(["c 3: 1, c 3: 2", "a 1: 1, b 2: 1, b 2: 2, a 1: 2"]);
        _handler.Positions[2].ShouldBeLessThan(_handler.Positions[1]);
    }

    [Fact]
    public async Task A_record_that_writers_wait_for_comes_in_the_order_in_which_they_got_it()
    {
        await using var worker = await StartAsync(pageSize: 1);
        await using var a = await BeginAsync("a");
        await using var b = await BeginAsync("b");
        await b.ExecuteAsync("update public.item set n = 1 where id = 2");
        await a.ExecuteAsync("update public.item set n = 1 where id = 1");
        var waiting = b.ExecuteAsync("update public.item set n = n + 1 where id = 1");
        await _database.WaitUntilAsync(
            "select count(*) = 1 from pg_stat_activity where datname = current_database() "
                + "and wait_event_type = 'Lock'");
        await a.ExecuteAsync("update public.item set n = n + 1 where id = 1; commit");
        await waiting;
        await worker.DrainAsync();
        await b.ExecuteAsync("update public.item set n = n + 1 where id = 1; commit");
        await worker.DrainAsync();

        _handler.Pages.ShouldBe(["a 1: 1", "a 1: 2", "b 2: 1", "b 1: 3", "b 1: 4"]);
    }

    private async Task<Worker> StartAsync(int pageSize)
    {
        var worker = new Worker(_database.DataSource, pageSize, 1000, _handler);
        await worker.RegisterAsync();
        await worker.DrainAsync();
        _handler.Pages.Clear();
        _handler.Positions.Clear();
        return worker;
    }

    private async Task<NpgsqlConnection> BeginAsync(string actor)
    {
        var connection = await _database.OpenConnectionAsync();
        await connection.ExecuteAsync($$"""begin; select changelog.set_context('{"actor_id": "{{actor}}"}')""");
        return connection;
    }

    private sealed class PagesHandler : IHandler
    {
        public string Name => "pages";

        public Streams Reads => Streams.Changes;

        public List<string> Pages { get; } = [];

        public List<long> Positions { get; } = [];

        public async Task HandleAsync(Page page, CancellationToken cancellationToken)
        {
            var changes = new List<string>();
            await foreach (var change in page.ReadChangesAsync(cancellationToken))
            {
                changes.Add($"{change.Transaction.ActorId} {change.RecordId}: {change.NewRow!["n"]}");
                Positions.Add(change.Position);
            }

            Pages.Add(string.Join(", ", changes));
        }
    }
}
