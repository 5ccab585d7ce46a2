using ChangeLog.TestSupport;
using ChangeLogWorker.Changes;
using ChangeLogWorker.Handlers;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Dispatching;

/// <summary>What a handler reads from a page, however odd: a page that cannot be read would never be passed.</summary>
public sealed class PageTests : IAsyncLifetime
{
    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync() => _database = await TestDatabase.CreateAsync();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task A_change_may_be_nested_as_deeply_as_the_server_allows()
    {
        await _database.ExecuteAsync("create table public.item (id integer primary key, body jsonb)");
        await _database.ExecuteAsync(
            "insert into public.item values (1, (repeat('[', 2000) || repeat(']', 2000))::jsonb)");

        var changes = (await ReadAsync()).Changes;

        changes.Single().RecordData!["id"]!.GetValue<int>().ShouldBe(1);
    }

    [Theory]
    [InlineData("4713-01-01 BC", "0001-01-01T00:00:00.0000000Z")]
    [InlineData("20000-01-01", "9999-12-31T23:59:59.9999990Z")]
    [InlineData("infinity", "9999-12-31T23:59:59.9999990Z")]
    [InlineData("2026-01-02 03:04:05+00", "2026-01-02T03:04:05.0000000Z")]
    public async Task An_event_may_have_occurred_at_any_time(string occurredAt, string read)
    {
        await _database.ExecuteAsync(
            $"""select lib_event.create('test.item.seen', (repeat('[', 100) || repeat(']', 100))::jsonb, '{occurredAt}')""");

        var events = (await ReadAsync()).Events;

        events.Single(e => e.EventType == "test.item.seen").OccurredAt.ToString("O").ShouldBe(read);
    }

    private async Task<Reader> ReadAsync()
    {
        var reader = new Reader();
        await using var worker = new Worker(_database.DataSource, 1000, 10_000, reader);
        await worker.RegisterAsync();
        await worker.DrainAsync();
        return reader;
    }

    private sealed class Reader : IHandler
    {
        public string Name => "reader";

        public Streams Reads => Streams.Both;

        public List<Change> Changes { get; } = [];

        public List<DomainEvent> Events { get; } = [];

        public async Task HandleAsync(Page page, CancellationToken cancellationToken)
        {
            await foreach (var change in page.ReadChangesAsync(cancellationToken))
            {
                Changes.Add(change);
            }

            await foreach (var read in page.ReadEventsAsync(cancellationToken))
            {
                Events.Add(read);
            }
        }
    }
}
