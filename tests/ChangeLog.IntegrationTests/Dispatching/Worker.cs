using ChangeLogWorker.Changes;
using ChangeLogWorker.Configuration;
using ChangeLogWorker.Dispatching;
using ChangeLogWorker.Handlers;
using Microsoft.Extensions.Options;
using Npgsql;

namespace ChangeLog.IntegrationTests.Dispatching;

/// <summary>One worker's loops without a host around them: they poll as fast as they can and start again after any failure.</summary>
internal sealed class Worker : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(2);

    private readonly CancellationTokenSource _stop = new();
    private readonly HandlerLoops _loops;
    private Task _running = Task.CompletedTask;

    public Worker(NpgsqlDataSource dataSource, int pageSize, int positionsPerPage, params IHandler[] handlers)
    {
        var options = Options.Create(new HandlersOptions { PageSize = pageSize, PositionsPerPage = positionsPerPage });
        _loops = new HandlerLoops(
            HandlerSet.Compose([], true, handlers), options, new CursorStore(dataSource), dataSource, TimeProvider.System);
    }

    public async Task RegisterAsync()
    {
        foreach (var loop in _loops.All)
        {
            await loop.RegisterAsync(CancellationToken.None);
        }
    }

    public void Start() => _running = Task.WhenAll(_loops.All.Select(LoopAsync));

    /// <summary>Turns until nothing lies beyond any cursor.</summary>
    public async Task DrainAsync()
    {
        foreach (var loop in _loops.All)
        {
            while (await loop.RunOnceAsync(CancellationToken.None) != Turn.Idle)
            {
            }
        }
    }

    public Task<Turn> TurnAsync() => _loops.All.Single().RunOnceAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private async Task LoopAsync(HandlerLoop loop)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                if (await loop.RunOnceAsync(_stop.Token) is Turn.Idle or Turn.Busy)
                {
                    await Task.Delay(Pause, TimeProvider.System, _stop.Token);
                }
            }
            catch (Exception e) when (e is NpgsqlException or OperationCanceledException)
            {
                // its connections are killed by the test, and in the end it is stopped
            }
        }
    }
}
