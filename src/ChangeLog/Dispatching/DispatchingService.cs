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
    Pulse pulse,
    TimeProvider timeProvider,
    ILogger<DispatchingService> logger)
    : BackgroundService
{
    /// <summary>How long a page in hand may go on after the program was told to stop.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(2.5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var abort = new CancellationTokenSource(Timeout.InfiniteTimeSpan, timeProvider);
        await using var stopping = stoppingToken.Register(() => abort.CancelAfter(Grace));
        await Task.WhenAll(loops.All.Select(delivery => RunToEndAsync(delivery, stoppingToken, abort.Token)));
    }

    private async Task RunToEndAsync(HandlerDelivery delivery, CancellationToken stoppingToken, CancellationToken abortToken)
    {
        try
        {
            await RunAsync(delivery, stoppingToken, abortToken);
        }
        catch when (!stoppingToken.IsCancellationRequested)
        {
            // the others go on, and the program with them
            pulse.Stall();
            throw;
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
