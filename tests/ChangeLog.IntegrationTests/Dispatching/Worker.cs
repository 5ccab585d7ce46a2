using ChangeLog.Dispatching;
using ChangeLog.Dispatching.DeadLetters;
using ChangeLog.Dispatching.Runtime;
using ChangeLog.Handlers;
using ChangeLog.Reading;
using ChangeLog.Settings;
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
    private readonly HandlerLoops _loops;
    private Task _running = Task.CompletedTask;

    public Worker(NpgsqlDataSource dataSource, int pageSize, int positionsPerPage, params IHandler[] handlers)
    {
        var all = HandlerSet.Compose([], true, handlers);
        var letters = new DeadLetterStore(dataSource);
        var options = Options.Create(new HandlersOptions { PageSize = pageSize, PositionsPerPage = positionsPerPage });
        _loops = new HandlerLoops(
            all,
            options,
            new Orders(all, options, Options.Create(new RetryOptions()), NullLogger<Orders>.Instance),
            new CursorStore(dataSource),
            new DeadLetterRetry(all, letters, options, dataSource),
            letters,
            new HandlerFailureStore(dataSource, NullLogger<HandlerFailureStore>.Instance),
            dataSource,
            TimeProvider.System,
            NullLogger<HandlerDelivery>.Instance);
    }

    public async Task RegisterAsync()
    {
        foreach (var loop in _loops.All)
        {
            (await loop.RegisterAsync(CancellationToken.None)).ShouldBe(Turn.Again);
        }
    }

    public void Start() => _running = Task.WhenAll(_loops.All.Select(LoopAsync));

    /// <summary>Turns until nothing lies beyond any cursor.</summary>
    public async Task DrainAsync()
    {
        foreach (var loop in _loops.All)
        {
            Turn turn;
            while ((turn = await loop.RunOnceAsync(CancellationToken.None)) != Turn.Idle)
            {
                turn.ShouldNotBeOneOf(Turn.Failing, Turn.Paused);
            }
        }
    }

    /// <summary>Why the last turn failed.</summary>
    public Failure? Failure => _loops.All.Single().Failure;

    public Task<Turn> TurnAsync() => _loops.All.Single().RunOnceAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private async Task LoopAsync(HandlerDelivery loop)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                // its connections are killed by the test: then it fails, and starts again
                if (await loop.RunOnceAsync(_stop.Token) is Turn.Idle or Turn.Busy or Turn.Failing)
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
