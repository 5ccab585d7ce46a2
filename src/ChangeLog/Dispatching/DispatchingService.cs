using ChangeLog.Dispatching.Runtime;
using ChangeLog.Notifying;
using ChangeLog.Settings;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ChangeLog.Dispatching;

/// <summary>
/// Runs every handler's loop until the program stops: work while there is work, otherwise wait to be woken.
/// </summary>
/// <remarks>
/// On stop a loop starts nothing new; its current page gets a grace period, then it is cancelled and rolled back.
/// </remarks>
internal sealed class DispatchingService(
    HandlerRunners runners,
    WakeSignals wakeSignals,
    RuntimeSettings runtime,
    IOptions<RetryOptions> retry,
    IOptions<HandlersOptions> handlers,
    TimeProvider timeProvider,
    ILogger<DispatchingService> logger)
    : BackgroundService
{
    /// <summary>Grace period for the current page after a stop was requested.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(2.5);

    // and for its rollback; a handler that ignores cancellation is abandoned
    private static readonly TimeSpan LongestEnd = Grace + TimeSpan.FromSeconds(0.7);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        using var abort = new CancellationTokenSource(Timeout.InfiniteTimeSpan, timeProvider);
        await using var stopping = ending.Token.Register(() => abort.CancelAfter(Grace));
        var running = runners.All.Select(runner => RunToEndAsync(runner, ending.Token, abort.Token)).ToList();
        await foreach (var ended in Task.WhenEach(running))
        {
            if (ended.IsFaulted)
            {
                // without it the others would go on and nobody would notice: end the worker
                await ending.CancelAsync();
                await Task.WhenAll(running)
                    .WaitAsync(LongestEnd, timeProvider, CancellationToken.None)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                await ended;
            }
        }
    }

    private async Task RunToEndAsync(
        HandlerRunner runner, CancellationToken stoppingToken, CancellationToken abortToken)
    {
        try
        {
            await RunAsync(runner, stoppingToken, abortToken);
        }
        catch (Exception error) when (!stoppingToken.IsCancellationRequested)
        {
            // type only: the message may quote row values
            Log.LoopEnded(logger, runner.Name, error.GetType().Name, error.StackTrace);
            throw new HandlerDownException(runner.Name, $"its loop ended unexpectedly ({error.GetType().Name})");
        }
    }

    private async Task RunAsync(HandlerRunner runner, CancellationToken stoppingToken, CancellationToken abortToken)
    {
        var wakeUp = wakeSignals.For(runner.Name);
        var backoff = Backoff.ForEver(runner, retry.Value, timeProvider, logger);
        await backoff.ExecuteAsync(async _ => await runner.RegisterAsync(abortToken), stoppingToken);
        var looked = timeProvider.GetTimestamp();
        var pause = new BusyBackoff(timeProvider);
        while (!stoppingToken.IsCancellationRequested)
        {
            if (runtime.IsStopped(runner.Name))
            {
                await wakeUp.WaitAsync(stoppingToken);
                continue;
            }

            var outcome = await backoff.ExecuteAsync(
                async _ => runtime.IsStopped(runner.Name)
                    ? PageOutcome.WindowDone
                    : await runner.RunOnceAsync(abortToken),
                stoppingToken);
            if (runtime.IsStopped(runner.Name))
            {
                continue;
            }

            if (outcome == PageOutcome.Idle || timeProvider.GetElapsedTime(looked) >= handlers.Value.PollInterval)
            {
                await runner.RetryRequestedAsync(abortToken);
                looked = timeProvider.GetTimestamp();
            }

            if (outcome != PageOutcome.Busy)
            {
                pause.Reset();
            }

            switch (outcome)
            {
                case PageOutcome.Page:
                    wakeUp.Worked();
                    break;
                case PageOutcome.WindowDone:
                    // the watch checks for more work, for all handlers in one statement
                    wakeUp.Worked();
                    await wakeUp.WaitAsync(stoppingToken);
                    break;
                case PageOutcome.Idle:
                    await wakeUp.WaitAsync(stoppingToken);
                    break;
                case PageOutcome.Busy:
                    await pause.WaitAsync(stoppingToken);
                    break;
            }
        }
    }
}
