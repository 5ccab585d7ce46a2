using ChangeLog.Dispatching.Runtime;
using ChangeLog.Notifying;
using ChangeLog.Reading;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ChangeLog.Dispatching;

/// <summary>
/// For <c>run --once</c>: returns when every handler has handled everything committed before the call.
/// </summary>
/// <remarks>
/// Bad rows become dead letters as in any worker; a handler that is down or stopped by its flag is not waited for.
/// </remarks>
internal sealed class Drain(
    HandlerRunners loops,
    CursorStore cursors,
    TransactionSweep sweep,
    Announcer announcer,
    RuntimeSettings runtime,
    RuntimeSettingsStore runtimeStore,
    IOptions<RetryOptions> retry,
    TimeProvider timeProvider,
    ILogger<Drain> logger)
{
    /// <exception cref="HandlerDownException">A handler is down.</exception>
    public async Task RunUntilDrainedAsync(CancellationToken cancellationToken)
    {
        await runtimeStore.ApplyAsync(cancellationToken);
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
            .Where(loop => !runtime.IsStopped(loop.Name))
            .Select(loop => DrainAsync(loop, before, cancellationToken)));
    }

    private async Task DrainAsync(HandlerRunner runner, string before, CancellationToken cancellationToken)
    {
        var backoff = Backoff.ForAWhile(runner, retry.Value, timeProvider, logger);
        var turn = await backoff.ExecuteAsync(async token => await runner.RegisterAsync(token), cancellationToken);
        var pause = new BusyBackoff(timeProvider);
        while (true)
        {
            if (turn != PageOutcome.Busy)
            {
                pause.Reset();
            }

            switch (turn)
            {
                case PageOutcome.Idle:
                    return;
                case PageOutcome.Busy:
                    await pause.WaitAsync(cancellationToken);
                    break;
                case PageOutcome.Failing or PageOutcome.Paused:
                    throw new HandlerDownException(runner.Name, runner.Failure!.Text);
                // do not wait for what writers commit from now on
                case PageOutcome.WindowDone when await cursors.HasHandledAsync(runner.Name, before, cancellationToken):
                    return;
            }

            turn = await backoff.ExecuteAsync(async token => await runner.RunOnceAsync(token), cancellationToken);
        }
    }
}
