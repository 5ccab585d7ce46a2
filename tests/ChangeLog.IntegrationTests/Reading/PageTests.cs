using ChangeLog.Handlers;
using ChangeLog.IntegrationTests.Dispatching;
using ChangeLog.Reading;
using ChangeLog.TestSupport;
using Npgsql;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Reading;

/// <summary>However odd a page, a handler can read it: an unreadable one would block it for ever.</summary>
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
            """select lib_event.create('test.item.seen', (repeat('[', 100) || repeat(']', 100))::jsonb, """
                + $"""'{occurredAt}')""");

        var events = (await ReadAsync()).Events;

        events.Single(e => e.EventType == "test.item.seen").OccurredAt.ToString("O").ShouldBe(read);
    }

    [Fact]
    public async Task A_change_has_its_transaction_its_id_and_the_row_before()
    {
        await _database.ExecuteAsync("create table public.item (id integer primary key, n integer)");
        await using (var writer = _database.DataSourceFor(builder => builder.ApplicationName = "shop"))
        {
            await writer.ExecuteAsync(
                """
                begin;
                select changelog.set_context('{"actor_id": "ann", "reason": "why"}');
                insert into public.item values (1, 1);
                update public.item set n = 2;
                commit
                """);
        }

        var changes = (await ReadAsync()).Changes;

        changes.Select(change => $"{change.Operation} {change.OldRow?.ToJsonString()} {change.NewRow?.ToJsonString()}")
            .ShouldBe(["""Insert  {"n":1,"id":1}""", """Update {"n":1,"id":1} {"n":2,"id":1}"""]);
        changes.Select(change =>
                $"{change.Position}|{change.Id}|{change.Transaction.EventId}|{change.Transaction.Xid}|"
                + $"{change.Transaction.ActorId}|{change.Transaction.DatabaseUser}|"
                + $"{change.Transaction.ApplicationName}|"
                + $"{change.Transaction.LoggedAt:yyyy-MM-dd HH:mm:ss.ffffff}")
            .ShouldBe(await _database.LinesAsync(
                """
                select c.position, c.id, c.event__id, c.xid, c.actor_id, t.db_user, t.application_name,
                    to_char(c.logged_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')
                from logs.changes c
                join logs.transaction t using (xid, logged_at)
                order by c.position
                """));
        changes.Select(change => change.Transaction.Context["reason"]!.GetValue<string>()).ShouldBe(["why", "why"]);
    }

    [Fact]
    public async Task A_handler_may_write_while_it_reads_a_page_of_any_size_in_one_order()
    {
        await _database.ExecuteAsync(
            """
            insert into changelog.exclusion (pattern, schema_like, table_like) values ('public.seen', 'public', 'seen');
            create table public.seen (nth bigint generated always as identity primary key, what text);
            create table public.item (id integer primary key)
            """);
        await _database.ExecuteAsync("select changelog.register_handler('copier', 'both', true)");
        await _database.ExecuteAsync(
            """
            do $$
            begin
                for i in 1..350 loop
                    insert into public.item values (i);
                    perform lib_event.create('test.item.seen', to_jsonb(i));
                end loop;
            end
            $$
            """);
        await using var worker = new Worker(_database.DataSource, 1000, 10_000, new Copier());

        await worker.DrainAsync();

        (await _database.LinesAsync("select what from public.seen order by nth"))
            .ShouldBe(Enumerable.Range(1, 350).SelectMany(i => new[] { $"change {i}", $"event {i}" }));
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

    private sealed class Copier : IHandler
    {
        public string Name => "copier";

        public Streams Reads => Streams.Both;

        public async Task HandleAsync(Page page, CancellationToken cancellationToken)
        {
            page.Count.ShouldBe(700);
            await foreach (var entry in page.ReadAsync(cancellationToken))
            {
                await using var command = new NpgsqlCommand(
                    "insert into public.seen (what) values ($1)", page.Connection, page.Transaction);
                command.Parameters.AddWithValue(
                    entry is Change change ? $"change {change.RecordId}" : $"event {((DomainEvent)entry).Payload}");
                await command.ExecuteNonQueryAsync(cancellationToken);
            }
        }
    }
}
