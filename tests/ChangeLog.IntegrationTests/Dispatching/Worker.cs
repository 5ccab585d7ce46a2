using ChangeLog.Dispatching;
using ChangeLog.Dispatching.DeadLetters;
using ChangeLog.Dispatching.Runtime;
using ChangeLog.Handlers;
using ChangeLog.Reading;
using ChangeLog.Settings;
using ChangeLog.TestSupport;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;
using Shouldly;

namespace ChangeLog.IntegrationTests.Dispatching;

/// <summary>The loops of one worker without a host: they poll as fast as they can and restart after failures.</summary>
internal sealed class Worker : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(2);

    private readonly CancellationTokenSource _stop = new();
    private readonly HandlerRunners _loops;
    private Task _running = Task.CompletedTask;

    public Worker(NpgsqlDataSource dataSource, int pageSize, int positionsPerPage, params IHandler[] handlers)
    {
        var all = HandlerSet.Compose([], true, handlers);
        var letters = new DeadLetterStore(dataSource);
        var options = Options.Create(new HandlersOptions { PageSize = pageSize, PositionsPerPage = positionsPerPage });
        _loops = new HandlerRunners(
            all,
            options,
            new RuntimeSettings(all, options, Options.Create(new RetryOptions()), NullLogger<RuntimeSettings>.Instance),
            new CursorStore(dataSource),
            new DeadLetterRetry(all, letters, options, dataSource),
            letters,
            new HandlerFailureStore(dataSource, NullLogger<HandlerFailureStore>.Instance),
            dataSource,
            TimeProvider.System,
            NullLogger<HandlerRunner>.Instance);
    }

    public async Task RegisterAsync()
    {
        foreach (var loop in _loops.All)
        {
            (await loop.RegisterAsync(CancellationToken.None)).ShouldBe(PageOutcome.Again);
        }
    }

    public void Start() => _running = Task.WhenAll(_loops.All.Select(LoopAsync));

    /// <summary>Turns until nothing lies beyond any cursor.</summary>
    public async Task DrainAsync()
    {
        // a cursor that somebody else holds for ever is a failure, and no reason to wait for ever
        using var deadline = new CancellationTokenSource(Eventually.Deadline);
        foreach (var loop in _loops.All)
        {
            PageOutcome turn;
            while ((turn = await loop.RunOnceAsync(deadline.Token)) != PageOutcome.Idle)
            {
                turn.ShouldNotBeOneOf(PageOutcome.Failing, PageOutcome.Paused);
            }
        }
    }

    /// <summary>Why the last turn failed.</summary>
    public Failure? Failure => _loops.All.Single().Failure;

    public Task<PageOutcome> TryPageAsync() => _loops.All.Single().RunOnceAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.WaitAsync(Eventually.Deadline);
        _stop.Dispose();
    }

    private async Task LoopAsync(HandlerRunner loop)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                // its connections are killed by the test: then it fails, and starts again
                if (await loop.RunOnceAsync(_stop.Token) is PageOutcome.Idle or PageOutcome.Busy or PageOutcome.Failing)
                {
                    await Task.Delay(Pause, TimeProvider.System, _stop.Token);
                }
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
