using ChangeLog.Handlers;
using ChangeLog.IntegrationTests.Dispatching;
using ChangeLog.Reading;
using ChangeLog.TestSupport;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Reading;

/// <summary>A sequence that somebody sets back: positions that are drawn twice make no reader skip.</summary>
public sealed class DoubledPositionTests : IAsyncLifetime
{
    private readonly RecordsHandler _handler = new();
    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        await _database.ExecuteAsync("create table public.item (id integer primary key)");
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Theory]
    [InlineData(1, 0)]
    [InlineData(3, 0)]
    [InlineData(100, 0)]
    [InlineData(3, 1)]
    public async Task A_change_whose_position_another_has_had_is_handled_once_and_so_is_the_other(
        int pageSize, int further)
    {
        await using var worker = new Worker(_database.DataSource, pageSize, 50, _handler);
        await worker.RegisterAsync();
        await InsertAsync(1, 10);
        await worker.DrainAsync();
        // by one further, changes have the positions that transactions had
        await _database.ExecuteAsync(
            "select setval('lib_event.position', (select min(position) - $1 from logs.change))", further);

        await InsertAsync(11, 15);
        await worker.DrainAsync();
        await _database.ExecuteAsync("select changelog.raise_positions()");
        await InsertAsync(16, 22);
        await worker.DrainAsync();

        _handler.Records.Order().ShouldBe(Enumerable.Range(1, 22));
        (await _database.LinesAsync("select count(*), count(distinct position) < count(*) from logs.change"))
            .ShouldBe([further == 0 ? "22|t" : "22|f"]);
        (await _database.LinesAsync(
            "select event_type, payload ? 'above' from lib_event.event where event_type = "
                + "'changelog.positions.raised'"))
            .ShouldBe(["changelog.positions.raised|t"]);
    }

    [Theory]
    [InlineData("update changelog.cursor set top = (select last_value + 1000000000 from lib_event.position)")]
    [InlineData("update changelog.cluster set boundary = (select last_value + 1000000000 from lib_event.position)")]
    [InlineData(
        """
        with drawn as (
            insert into logs.transaction (position, event__id, xid, logged_at, context)
            select p.last_value + 1000000000, gen_random_uuid(), '7', now(), '{}'
            from lib_event.position p
            returning xid, logged_at)
        insert into changelog.recovered (xid, logged_at, first_position, last_position)
        select d.xid, d.logged_at, 1, 1
        from drawn d
        """)]
    public async Task Whatever_says_that_a_position_was_drawn_keeps_it_from_being_drawn_again(string drawn)
    {
        await _database.ExecuteAsync("select changelog.register_handler('records', 'changes', false)");
        var before = await _database.ScalarAsync<long>("select last_value from lib_event.position");
        await _database.ExecuteAsync(drawn);

        (await _database.ScalarAsync<bool>("select changelog.raise_positions()")).ShouldBeTrue();

        (await _database.ScalarAsync<long>("select nextval('lib_event.position')"))
            .ShouldBeGreaterThan(before + 1_000_000_000);
    }

    private async Task InsertAsync(int first, int last)
    {
        for (var id = first; id <= last; id++)
        {
            await _database.ExecuteAsync("insert into public.item values ($1)", id);
        }
    }

    private sealed class RecordsHandler : IHandler
    {
        public List<int> Records { get; } = [];

        public string Name => "records";

        public Streams Reads => Streams.Changes;

        public async Task HandleAsync(Page page, CancellationToken cancellationToken)
        {
            await foreach (var change in page.ReadChangesAsync(cancellationToken))
            {
                Records.Add(change.NewRow!["id"]!.GetValue<int>());
            }
        }
    }
}
