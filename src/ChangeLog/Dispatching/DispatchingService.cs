using ChangeLog.Dispatching.Runtime;
using ChangeLog.Hosting;
using ChangeLog.Notifying;
using ChangeLog.Settings;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ChangeLog.Dispatching;

/// <summary>Runs every handler's loop until the program stops: work while there is work, else wait to be woken.</summary>
/// <remarks>
/// Told to stop, a loop begins nothing new; what it is in the middle of may end by itself for a while, then it is cancelled
/// and rolled back.
/// </remarks>
internal sealed class DispatchingService(
    HandlerLoops loops,
    WakeUps wakeUps,
    Orders orders,
    IOptions<RetryOptions> retry,
    IOptions<HandlersOptions> handlers,
    TimeProvider timeProvider,
    ILogger<DispatchingService> logger)
    : BackgroundService
{
    /// <summary>How long a page in hand may go on after the program was told to stop.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(2.5);

    // and for its rollback; a handler that ignores even that is left behind
    private static readonly TimeSpan LongestEnd = Grace + TimeSpan.FromSeconds(0.7);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        using var abort = new CancellationTokenSource(Timeout.InfiniteTimeSpan, timeProvider);
        await using var stopping = ending.Token.Register(() => abort.CancelAfter(Grace));
        var running = loops.All.Select(delivery => RunToEndAsync(delivery, ending.Token, abort.Token)).ToList();
        await foreach (var ended in Task.WhenEach(running))
        {
            if (ended.IsFaulted)
            {
                // the others would go on without it, and nobody would know: the worker ends instead
                await ending.CancelAsync();
                await Task.WhenAll(running)
                    .WaitAsync(LongestEnd, timeProvider, CancellationToken.None)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                await ended;
            }
        }
    }

    private async Task RunToEndAsync(HandlerDelivery delivery, CancellationToken stoppingToken, CancellationToken abortToken)
    {
        try
        {
            await RunAsync(delivery, stoppingToken, abortToken);
        }
        catch (Exception error) when (!stoppingToken.IsCancellationRequested)
        {
            // by its type alone: nothing is known of what its message holds
            Log.LoopEnded(logger, delivery.Name, error.GetType().Name, error.StackTrace);
            throw new HandlerDownException(delivery.Name, $"its loop ended unexpectedly ({error.GetType().Name})");
        }
    }

    private async Task RunAsync(HandlerDelivery delivery, CancellationToken stoppingToken, CancellationToken abortToken)
    {
        var wakeUp = wakeUps.For(delivery.Name);
        var backoff = Backoff.ForEver(delivery, retry.Value, timeProvider, logger);
        await backoff.ExecuteAsync(async _ => await delivery.RegisterAsync(abortToken), stoppingToken);
        var looked = timeProvider.GetTimestamp();
        var pause = new BusyPause(timeProvider);
        while (!stoppingToken.IsCancellationRequested)
        {
            if (orders.IsStopped(delivery.Name))
            {
                await wakeUp.WaitAsync(stoppingToken);
                continue;
            }

            // one that fails is stopped too, instead of being tried again
            var turn = await backoff.ExecuteAsync(
                async _ => orders.IsStopped(delivery.Name) ? Turn.WindowDone : await delivery.RunOnceAsync(abortToken),
                stoppingToken);
            if (orders.IsStopped(delivery.Name))
            {
                continue;
            }

            if (turn == Turn.Idle || timeProvider.GetElapsedTime(looked) >= handlers.Value.PollInterval)
            {
                await delivery.RetryRequestedAsync(abortToken);
                looked = timeProvider.GetTimestamp();
            }

            if (turn != Turn.Busy)
            {
                pause.Reset();
            }

            switch (turn)
            {
                case Turn.Page:
                    wakeUp.Worked();
                    break;
                case Turn.WindowDone:
                    // the watch sees whether more has come, for all handlers in one statement
                    wakeUp.Worked();
                    await wakeUp.WaitAsync(stoppingToken);
                    break;
                case Turn.Idle:
                    await wakeUp.WaitAsync(stoppingToken);
                    break;
                case Turn.Busy:
                    await pause.WaitAsync(stoppingToken);
                    break;
            }
        }
    }
}
