using ChangeLog.Dispatching.Runtime;
using ChangeLog.Notifying;
using ChangeLog.Reading;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ChangeLog.Dispatching;

/// <summary>For <c>run --once</c>: returns when every handler has handled all that was committed before it was called.</summary>
/// <remarks>What is bad becomes a dead letter as in any worker; a handler that is down, or stopped by its flag, is not waited for.</remarks>
internal sealed class OnceRunner(
    HandlerLoops loops,
    CursorStore cursors,
    TransactionSweep sweep,
    Announcer announcer,
    Orders orders,
    OrderStore orderStore,
    IOptions<RetryOptions> retry,
    TimeProvider timeProvider,
    ILogger<OnceRunner> logger)
{
    /// <exception cref="HandlerDownException">A handler is down: it can handle nothing.</exception>
    public async Task RunUntilDrainedAsync(CancellationToken cancellationToken)
    {
        await orderStore.FollowAsync(cancellationToken);
        await DrainAsync(cancellationToken);
        if (await sweep.RunThroughAsync(cancellationToken) > 0)
        {
            await DrainAsync(cancellationToken);
        }

        await announcer.RunThroughAsync(cancellationToken);
    }

    private async Task DrainAsync(CancellationToken cancellationToken)
    {
        var before = await cursors.SnapshotAsync(cancellationToken);
        await Task.WhenAll(loops.All
            .Where(loop => !orders.IsStopped(loop.Name))
            .Select(loop => DrainAsync(loop, before, cancellationToken)));
    }

    private async Task DrainAsync(HandlerDelivery delivery, string before, CancellationToken cancellationToken)
    {
        var backoff = Backoff.ForAWhile(delivery, retry.Value, timeProvider, logger);
        var turn = await backoff.ExecuteAsync(async token => await delivery.RegisterAsync(token), cancellationToken);
        var pause = new BusyPause(timeProvider);
        while (true)
        {
            if (turn != Turn.Busy)
            {
                pause.Reset();
            }

            switch (turn)
            {
                case Turn.Idle:
                    return;
                case Turn.Busy:
                    await pause.WaitAsync(cancellationToken);
                    break;
                case Turn.Failing or Turn.Paused:
                    throw new HandlerDownException(delivery.Name, delivery.Failure!.Text);
                // writers may go on for ever: what they commit from now on need not be waited for
                case Turn.WindowDone when await cursors.HasHandledAsync(delivery.Name, before, cancellationToken):
                    return;
            }

            turn = await backoff.ExecuteAsync(async token => await delivery.RunOnceAsync(token), cancellationToken);
        }
    }
}
