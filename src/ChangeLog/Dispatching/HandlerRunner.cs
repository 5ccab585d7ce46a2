using ChangeLog.Dispatching.DeadLetters;
using ChangeLog.Hosting;
using ChangeLog.Reading;
using ChangeLog.Telemetry;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ChangeLog.Dispatching;

/// <summary>Runs one handler page by page: a failing page is halved, retried or given up.</summary>
/// <remarks>Holds no connection between pages.</remarks>
internal sealed class HandlerRunner(
    PageProcessor processor,
    FailurePolicy policy,
    Probe probe,
    DeadLetterRetry retry,
    DeadLetterStore letters,
    HandlerFailureStore failures,
    TimeProvider timeProvider,
    ILogger<HandlerRunner> logger)
{
    private readonly LogOnce _failures = new();

    private bool _isNoted;

    public string Name => processor.Name;

    /// <summary>Why the last page failed; null if it did not.</summary>
    public Failure? Failure { get; private set; }

    /// <summary>Whether the failure or the paused state differs from the previous page's.</summary>
    public bool IsNewFailure { get; private set; }

    /// <summary>Creates the handler's cursor unless it exists.</summary>
    public Task<PageOutcome> RegisterAsync(CancellationToken cancellationToken) => GuardAsync(
        async () =>
        {
            await processor.RegisterAsync(cancellationToken);
            return PageOutcome.Again;
        },
        cancellationToken);

    /// <summary>Handles at most one page, or the failed one's next step.</summary>
    public Task<PageOutcome> RunOnceAsync(CancellationToken cancellationToken) =>
        GuardAsync(() => TryPageAsync(cancellationToken), cancellationToken);

    /// <summary>Retries dead letters on another program's request.</summary>
    public async Task RetryRequestedAsync(CancellationToken cancellationToken)
    {
        try
        {
            foreach (var id in await letters.RequestedAsync(Name, cancellationToken))
            {
                var report = await retry.RunAsync(id, cancellationToken);
                switch (report.Outcome)
                {
                    case RetryOutcome.Retried:
                        Log.Retried(logger, id, Name);
                        break;
                    case RetryOutcome.FailedAgain:
                        Log.RetryFailed(logger, id, Name, report.Error);
                        break;
                    case RetryOutcome.NotLogged or RetryOutcome.NotWanted:
                        await letters.WithdrawAsync([id], cancellationToken);
                        break;
                }
            }
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            Log.RequestedRetryFailed(logger, Name, ErrorText.Of(error));
        }
    }

    private async Task<PageOutcome> GuardAsync(Func<Task<PageOutcome>> action, CancellationToken cancellationToken)
    {
        try
        {
            return await action();
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (Exception error)
        {
            var failure = Failure.BeforeHandling(error);
            return await WaitAsync(policy.Failed(failure), first: null, failure, cancellationToken);
        }
    }

    private async Task<PageOutcome> TryPageAsync(CancellationToken cancellationToken)
    {
        var started = timeProvider.GetTimestamp();
        try
        {
            var report = await processor.RunOnceAsync(policy.Rows, cancellationToken);
            switch (report.Outcome)
            {
                case PageOutcome.Busy:
                    return report.Outcome;
                case PageOutcome.Idle:
                    policy.NothingLeft();
                    break;
                default:
                    policy.Succeeded(report.Rows, report.IsProof);
                    break;
            }

            await RecoveredAsync(cancellationToken);
            return report.Outcome;
        }
        catch (PostgresException refused) when (refused.SqlState == CursorStore.NoCursor)
        {
            Log.CursorDeleted(logger, Name);
            await processor.RegisterAsync(cancellationToken);
            return PageOutcome.Again;
        }
        catch (PageFailedException failed)
        {
            ChangeLogTelemetry.PageFailed(Name, failed.Failure.ErrorType, timeProvider.GetElapsedTime(started));
            Log.PageFailedAt(logger, Name, failed.InnerException?.StackTrace);
            return await DecideAsync(failed, cancellationToken);
        }
    }

    private async Task<PageOutcome> DecideAsync(PageFailedException failed, CancellationToken cancellationToken)
    {
        var action = policy.Failed(failed.First, failed.Rows, failed.Failure);
        switch (action)
        {
            case FailureAction.Again:
            case FailureAction.Halve:
                Log.PageTakenApart(logger, Name, failed.Rows, policy.Rows, failed.Failure.Text);
                return PageOutcome.Again;
            case FailureAction.GiveUp:
                return await GiveUpAsync(failed, cancellationToken);
            case FailureAction.Prove:
                return await ProbeAsync(failed, cancellationToken);
            default:
                return await WaitAsync(action, failed.First, failed.Failure, cancellationToken);
        }
    }

    private async Task<PageOutcome> ProbeAsync(PageFailedException failed, CancellationToken cancellationToken) =>
        await probe.RunAsync(failed.First, cancellationToken) switch
        {
            ProbeResult.Busy => PageOutcome.Busy,
            ProbeResult.Works => await TryOnceMoreAsync(failed, cancellationToken),
            ProbeResult.NothingElse when policy.HandledAnother => await GiveUpAsync(failed, cancellationToken),
            _ => await WaitAsync(FailureAction.Pause, failed.First, failed.Failure, cancellationToken),
        };

    // the handler may have been fixed between the failure and the probe
    private async Task<PageOutcome> TryOnceMoreAsync(PageFailedException failed, CancellationToken cancellationToken)
    {
        try
        {
            var report = await processor.RunOnceAsync(rows: 1, cancellationToken);
            if (report.Outcome != PageOutcome.Busy)
            {
                policy.Succeeded(report.Rows, report.IsProof);
                await RecoveredAsync(cancellationToken);
            }

            return report.Outcome;
        }
        catch (PageFailedException again)
        {
            // not evidence against it: a deadlock, or a page whose beginning another worker has handled meanwhile
            return again.First == failed.First && again.Failure.IsAttempt
                ? await GiveUpAsync(again, cancellationToken)
                : await DecideAsync(again, cancellationToken);
        }
    }

    private async Task<PageOutcome> GiveUpAsync(PageFailedException failed, CancellationToken cancellationToken)
    {
        try
        {
            return await GiveUpAsync(failed, failed.Failure, cancellationToken);
        }
        catch (PostgresException refused) when (refused.SqlState is ['2', '2', ..])
        {
            // the database's encoding cannot represent the message
            return await GiveUpAsync(
                failed, failed.Failure with { Text = failed.Failure.ErrorType }, cancellationToken);
        }
    }

    private async Task<PageOutcome> GiveUpAsync(
        PageFailedException failed, Failure failure, CancellationToken cancellationToken)
    {
        long? id = null;
        var isGivenUp = await processor.SkipAsync(
            failed.First,
            async transaction => id = await DeadLetterStore.WriteAsync(
                transaction, Name, failed.First, failure, policy.Attempts, policy.FirstFailedAt, cancellationToken),
            cancellationToken);
        if (!isGivenUp)
        {
            return PageOutcome.Busy;
        }

        policy.GivenUp(failure.ErrorType);
        ChangeLogTelemetry.DeadLetterWritten(Name, failure.ErrorType);
        Log.GivenUp(logger, Name, failed.First.Kind, failed.First.Position, id!.Value, failure.Text, failure.ErrorType);
        await RecoveredAsync(cancellationToken);
        return PageOutcome.Again;
    }

    private async Task<PageOutcome> WaitAsync(
        FailureAction action, EntryKey? first, Failure failure, CancellationToken cancellationToken)
    {
        var isPaused = action == FailureAction.Pause;
        IsNewFailure = _failures.IsNewFailure($"{isPaused} {failure.Text}");
        Failure = failure;
        ChangeLogTelemetry.Paused(Name, isPaused);
        if (failure.Kind is not FailureKind.Connection)
        {
            _isNoted = true;
            await failures.NoteAsync(Name, first, failure, isPaused, cancellationToken);
        }

        return isPaused ? PageOutcome.Paused : PageOutcome.Failing;
    }

    private async Task RecoveredAsync(CancellationToken cancellationToken)
    {
        if (Failure is null || policy.IsSearching)
        {
            return;
        }

        Failure = null;
        _failures.EndRound();
        ChangeLogTelemetry.Paused(Name, isPaused: false);
        Log.Recovered(logger, Name);
        if (_isNoted)
        {
            _isNoted = false;
            await failures.ClearAsync(Name, cancellationToken);
        }
    }
}
