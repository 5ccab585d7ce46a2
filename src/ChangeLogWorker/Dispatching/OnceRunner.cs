using ChangeLogWorker.Changes;
using ChangeLogWorker.Listening;

namespace ChangeLogWorker.Dispatching;

/// <summary>For <c>run --once</c>: returns when every handler has handled all that was committed before it was called.</summary>
internal sealed class OnceRunner(
    HandlerLoops loops, CursorStore cursors, TransactionSweep sweep, Announcer announcer, TimeProvider timeProvider)
{
    // another worker is in the middle of a page
    private static readonly TimeSpan BusyPause = TimeSpan.FromMilliseconds(20);

    public async Task RunUntilDrainedAsync(CancellationToken cancellationToken)
    {
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
        await Task.WhenAll(loops.All.Select(loop => DrainAsync(loop, before, cancellationToken)));
    }

    private async Task DrainAsync(HandlerLoop loop, string before, CancellationToken cancellationToken)
    {
        await loop.RegisterAsync(cancellationToken);
        while (true)
        {
            switch (await loop.RunOnceAsync(cancellationToken))
            {
                case Turn.Idle:
                    return;
                case Turn.Busy:
                    await Task.Delay(BusyPause, timeProvider, cancellationToken);
                    break;
                // writers may go on for ever: what they commit from now on need not be waited for
                case Turn.WindowDone when await cursors.HasHandledAsync(loop.Name, before, cancellationToken):
                    return;
            }
        }
    }
}
