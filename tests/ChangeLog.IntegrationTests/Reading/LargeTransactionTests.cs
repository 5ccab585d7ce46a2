using ChangeLog.Handlers;
using ChangeLog.Handlers.Enrichment;
using ChangeLog.IntegrationTests.Dispatching;
using ChangeLog.Reading;
using ChangeLog.TestSupport;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Reading;

/// <summary>One transaction of very many rows is handled page by page, and stands in nobody's way.</summary>
public sealed class LargeTransactionTests : IAsyncLifetime
{
    private const int Rows = 20_000;
    private const int PageSize = 400;

    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        await _database.ExecuteAsync("create table public.item (id integer primary key)");
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task It_is_handled_in_pages_and_status_says_how_far()
    {
        var handler = new CountingHandler("counting");
        await using var worker = await CreateWorkerAsync(handler);
        await WriteLargeTransactionAsync();

        for (var page = 1; page <= 10; page++)
        {
            await worker.TryPageAsync();
            (await _database.LinesAsync(
                "select handled, behind, round(window_share::numeric, 2) from changelog.handler_status"))
                .ShouldBe([$"{page * PageSize}|{Rows - (page * PageSize)}|{page * 0.02:0.00}"]);
        }

        await worker.DrainAsync();
        handler.Pages.ShouldAllBe(count => count <= PageSize);
        handler.Pages.Sum().ShouldBe(Rows);
        (await _database.LinesAsync("select handled, behind, window_share from changelog.handler_status"))
            .ShouldBe([$"{Rows}|0|∅"]);
    }

    [Fact]
    public async Task Another_handler_goes_on_while_one_is_in_the_middle_of_it()
    {
        await using var slow = await CreateWorkerAsync(new CountingHandler("slow"));
        await using var quick = await CreateWorkerAsync(new EnrichHandler());
        await WriteLargeTransactionAsync();
        await slow.TryPageAsync();
        await _database.ExecuteAsync("insert into public.item (id) values (-1)");

        await quick.DrainAsync();

        (await _database.ScalarAsync<long>("select count(*) from logs.change_details")).ShouldBe(Rows + 1);
        (await _database.ScalarAsync<long>("select behind from changelog.handler_status where handler = 'slow'"))
            .ShouldBe(Rows + 1 - PageSize);
    }

    private Task<int> WriteLargeTransactionAsync() =>
        _database.ExecuteAsync($"insert into public.item select g from generate_series(1, {Rows}) g");

    private async Task<Worker> CreateWorkerAsync(IHandler handler)
    {
        var worker = new Worker(_database.DataSource, PageSize, positionsPerPage: 100_000, handler);
        await worker.RegisterAsync();
        return worker;
    }

    private sealed class CountingHandler(string name) : IHandler
    {
        public string Name => name;

        public Streams Reads => Streams.Changes;

        public List<int> Pages { get; } = [];

        public Task HandleAsync(Page page, CancellationToken cancellationToken)
        {
            Pages.Add(page.Count);
            return Task.CompletedTask;
        }
    }
}
