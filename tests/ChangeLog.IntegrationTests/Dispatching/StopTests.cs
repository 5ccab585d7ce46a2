using System.Diagnostics;
using ChangeLog.Dispatching;
using ChangeLog.Reading;
using ChangeLog.TestSupport;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Dispatching;

/// <summary>A page that is open when the worker is stopped commits whole or not at all, within 5 seconds.</summary>
public sealed class StopTests : IAsyncLifetime
{
    private static readonly TimeSpan HostGives = DispatchingService.Grace + TimeSpan.FromSeconds(0.7);

    private readonly TaskCompletionSource _begun = new();
    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        await _database.ExecuteAsync(FillingHandler.Tables);
        await _database.ExecuteAsync("insert into public.item (id, n) select g, g from generate_series(1, 100) g");
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task What_ends_soon_is_committed()
    {
        var goOn = new TaskCompletionSource();
        await using var worker = await StartAsync(_ => goOn.Task);
        var stopping = worker.StopAsync(HostGives);
        goOn.SetResult();
        await stopping;

        (await CountAsync()).ShouldBe(100);
        (await _database.ScalarAsync<bool>("select current is null from changelog.cursor where handler = 'fill'"))
            .ShouldBeTrue();
    }

    [Fact]
    public async Task A_statement_that_goes_on_is_cancelled_and_its_page_rolled_back()
    {
        await using var worker = await StartAsync(
            _ => Task.CompletedTask, (page, token) => page.ExecuteAsync("select pg_sleep(600)", token));
        await _database.WaitUntilAsync(
            "select exists (select from pg_stat_activity where query = 'select pg_sleep(600)' and state = 'active')");

        var watch = Stopwatch.StartNew();
        await worker.StopAsync(HostGives);

        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(5));
        await _database.WaitUntilAsync(
            "select not exists (select from pg_stat_activity where wait_event = 'PgSleep' "
                + "and datname = current_database())");
        await ShouldBeUntouchedAsync();
    }

    [Fact]
    public async Task A_handler_that_ignores_its_token_is_left_behind_and_commits_nothing()
    {
        var goOn = new TaskCompletionSource();
        await using var worker = await StartAsync(_ => goOn.Task);

        var watch = Stopwatch.StartNew();
        await worker.StopAsync(HostGives);

        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(5));
        goOn.SetResult();
        await _database.WaitUntilAsync(
            "select not exists (select from pg_stat_activity where datname = current_database() "
                + "and state like 'idle in transaction%')");
        await ShouldBeUntouchedAsync();
    }

    // and the next worker handles all of it, once
    private async Task ShouldBeUntouchedAsync()
    {
        (await CountAsync()).ShouldBe(0);
        (await _database.ScalarAsync<long>("select handled from changelog.cursor where handler = 'fill'")).ShouldBe(0);
        await using var next = await new HostedWorker(
            _database, HostedWorker.ShortWaits, new FillingHandler("fill", Streams.Changes)).StartAsync();
        await _database.WaitUntilAsync("select count(*) >= 100 from public.target");
        (await _database.LinesAsync("select count(*), count(distinct position) from public.target")).ShouldBe(
            ["100|100"]);
        (await _database.ScalarAsync<long>("select count(*) from changelog.dead_letter")).ShouldBe(0);
    }

    private async Task<HostedWorker> StartAsync(
        Func<CancellationToken, Task> wait, Func<Page, CancellationToken, Task>? then = null)
    {
        var worker =
            await new HostedWorker(_database, HostedWorker.ShortWaits, new FillingHandler("fill", Streams.Changes)
        {
            Before = async (page, token) =>
            {
                _begun.TrySetResult();
                await wait(token);
                await (then?.Invoke(page, token) ?? Task.CompletedTask);
            },
        }).StartAsync();
        await _begun.Task.WaitAsync(Eventually.Deadline, TimeProvider.System, TestContext.Current.CancellationToken);
        return worker;
    }

    private Task<long> CountAsync() => _database.ScalarAsync<long>("select count(*) from public.target");
}
