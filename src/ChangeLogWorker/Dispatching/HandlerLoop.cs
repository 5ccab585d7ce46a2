using System.Data;
using ChangeLogWorker.Changes;
using ChangeLogWorker.Handlers;
using ChangeLogWorker.Telemetry;
using Npgsql;

namespace ChangeLogWorker.Dispatching;

/// <summary>One handler's way through the log: window, page, handle, advance.</summary>
internal sealed class HandlerLoop(
    IHandler handler,
    PageLimits limits,
    CursorStore cursors,
    NpgsqlDataSource dataSource,
    TimeProvider timeProvider)
{
    private bool _windowOpen;

    public string Name => handler.Name;

    public Task RegisterAsync(CancellationToken cancellationToken) =>
        cursors.RegisterAsync(handler.Name, handler.Reads, handler.FromNow, cancellationToken);

    /// <summary>Handles at most one page; its effects and the cursor are committed together.</summary>
    public async Task<Turn> RunOnceAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        if (!_windowOpen)
        {
            switch (await CursorStore.OpenWindowAsync(connection, handler.Name, limits, cancellationToken))
            {
                case OpenedWindow.Empty:
                    return Turn.Idle;
                case OpenedWindow.Busy:
                    return Turn.Busy;
            }
        }

        // unless the page is committed, the next turn asks again whether a window is open
        _windowOpen = false;
        return await TakePageAsync(connection, cancellationToken);
    }

    private async Task<Turn> TakePageAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var started = timeProvider.GetTimestamp();
        using var activity = ChangeLogTelemetry.Activities.StartActivity(TelemetryNames.PageActivity);
        activity?.SetTag(TelemetryNames.HandlerTag, handler.Name);
        await using var transaction =
            await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
        var taken = await CursorStore.TakePageAsync(transaction, handler.Name, limits, cancellationToken);
        if (taken is not TakenPage.Taken(var page, var windowDone))
        {
            return taken is TakenPage.Busy ? Turn.Busy : Turn.WindowDone;
        }

        if (page.Count > 0)
        {
            await handler.HandleAsync(page, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        _windowOpen = !windowDone;
        ChangeLogTelemetry.PageHandled(handler.Name, page.Count, timeProvider.GetElapsedTime(started));
        return windowDone ? Turn.WindowDone : Turn.Page;
    }
}
