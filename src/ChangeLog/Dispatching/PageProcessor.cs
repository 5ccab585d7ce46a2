using System.Data;
using System.Diagnostics;
using ChangeLog.Handlers;
using ChangeLog.Postgres;
using ChangeLog.Reading;
using ChangeLog.Telemetry;
using Npgsql;

namespace ChangeLog.Dispatching;

/// <summary>Takes a handler's next page, has it handled and advances the cursor, in one transaction.</summary>
internal sealed class PageProcessor(
    IHandler handler,
    Func<PageLimits> limits,
    CursorStore cursors,
    NpgsqlDataSource dataSource,
    TimeProvider timeProvider)
{
    private const string CheckConstraints = /* language=sql */
        "set constraints all immediate";

    private const int MostPatience = 64;

    private int _patience = 1;
    private bool _windowOpen;
    private long? _committed;
    private bool _catchesErrors;

    public string Name => handler.Name;

    public Task RegisterAsync(CancellationToken cancellationToken) =>
        cursors.RegisterAsync(handler.Name, handler.Reads, handler.FromNow, cancellationToken);

    /// <summary>Handles at most one page of at most so many rows, committed together with the cursor.</summary>
    /// <exception cref="PageFailedException">The page was rolled back, and so was the cursor.</exception>
    public async Task<PageReport> RunOnceAsync(int rows, CancellationToken cancellationToken)
    {
        var begun = timeProvider.GetUtcNow();
        var started = timeProvider.GetTimestamp();
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction =
            await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
        var (window, taken) = await TakePageAsync(transaction, limits() with { Rows = rows }, cancellationToken);
        if (taken is not TakenPage.Taken(var page, var windowDone))
        {
            return new PageReport(NothingTaken(window, taken));
        }

        using var activity = ChangeLogTelemetry.Activities.StartActivity(
            TelemetryNames.PageActivity, ActivityKind.Internal, parentContext: default, startTime: begun);
        activity?.SetTag(TelemetryNames.HandlerTag, handler.Name);
        var isProof = page.Count > 0 && await HandleAsync(page, cancellationToken);
        if (page.Count == 0)
        {
            await transaction.CommitAsync(cancellationToken);
        }

        _windowOpen = !windowDone;
        ChangeLogTelemetry.PageHandled(handler.Name, page.Count, timeProvider.GetElapsedTime(started));
        return new PageReport(windowDone ? PageOutcome.WindowDone : PageOutcome.Page, page.Count, isProof);
    }

    /// <summary>
    /// Moves the cursor past one entry without handling it, in one transaction with <paramref name="instead"/>.
    /// </summary>
    /// <returns>Whether that entry was still next.</returns>
    public async Task<bool> SkipAsync(
        EntryKey entry, Func<NpgsqlTransaction, Task> instead, CancellationToken cancellationToken)
    {
        _windowOpen = false;
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction =
            await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
        var taken = await CursorStore.TakePageAsync(
            transaction, handler.Name, limits() with { Rows = 1 }, cancellationToken);
        if (taken is TakenPage.Taken({ Count: 0 }, _))
        {
            // positions of no entry in this window come first: pass them, or the entry is never reached
            await transaction.CommitAsync(cancellationToken);
            return false;
        }

        if (taken is not TakenPage.Taken({ Count: 1 } page, var windowDone) || page.First != entry)
        {
            return false;
        }

        await instead(transaction);
        await transaction.CommitAsync(cancellationToken);
        _windowOpen = !windowDone;
        return true;
    }

    private async Task<(OpenedWindow Window, TakenPage Page)> TakePageAsync(
        NpgsqlTransaction transaction, PageLimits limits, CancellationToken cancellationToken)
    {
        var isOpen = _windowOpen;
        // unless the page is committed, ask again whether a window is open
        _windowOpen = false;
        return isOpen
            ? (OpenedWindow.Open, await CursorStore.TakePageAsync(transaction, handler.Name, limits, cancellationToken))
            : await OpenWindowAsync(transaction, limits, cancellationToken);
    }

    private async Task<(OpenedWindow Window, TakenPage Page)> OpenWindowAsync(
        NpgsqlTransaction transaction, PageLimits limits, CancellationToken cancellationToken)
    {
        try
        {
            var opened = await CursorStore.OpenWindowAsync(
                transaction, handler.Name, limits, _patience, cancellationToken);
            _patience = 1;
            return opened;
        }
        catch (NpgsqlException e) when (e.InnerException is TimeoutException)
        {
            // a dead network, or so many transactions since that finding the window takes longer: allow more time
            _patience = Math.Min(2 * _patience, MostPatience);
            throw;
        }
    }

    private static PageOutcome NothingTaken(OpenedWindow window, TakenPage taken) => (window, taken) switch
    {
        (OpenedWindow.Busy, _) or (_, TakenPage.Busy) => PageOutcome.Busy,
        (OpenedWindow.Empty, _) => PageOutcome.Idle,
        // another worker has finished the window
        _ => PageOutcome.WindowDone,
    };

    private async Task<bool> HandleAsync(Page page, CancellationToken cancellationToken)
    {
        try
        {
            var isProof = await FilteredHandler.HandAsync(handler, page, cancellationToken);
            _catchesErrors |= page.First.Position == _committed;
            if (_catchesErrors)
            {
                // The same entry again means that the COMMIT was a silent ROLLBACK: the handler has swallowed a
                // database error. From now on this check raises it.
                await page.Transaction.CreateCommand(CheckConstraints).ExecuteAsync([], cancellationToken);
            }

            await page.Transaction.CommitAsync(cancellationToken);
            _committed = page.First.Position;
            return isProof;
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            var isLost = page.Connection.FullState.HasFlag(ConnectionState.Broken);
            throw new PageFailedException(page.First, page.Count, Failure.WhileHandling(error, isLost), error);
        }
    }
}
