using ChangeLog.Dispatching.DeadLetters;
using ChangeLog.Reading;
using ChangeLog.Telemetry;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ChangeLog.Dispatching;

/// <summary>One handler's turns, whatever comes of them: what fails is halved, given up, or waited for.</summary>
/// <remarks>No connection is held between two turns: whoever waits, waits without one.</remarks>
internal sealed class HandlerDelivery(
    HandlerLoop loop,
    FailurePolicy policy,
    Probe probe,
    DeadLetterRetry retry,
    DeadLetterStore letters,
    HandlerFailureStore failures,
    TimeProvider timeProvider,
    ILogger<HandlerDelivery> logger)
{
    private readonly SaidOnce _said = new();

    private bool _isNoted;

    public string Name => loop.Name;

    /// <summary>Why the last turn failed; null where it did not.</summary>
    public Failure? Failure { get; private set; }

    /// <summary>Whether the turn before did not fail for the same reason, or the handler was not yet paused for it.</summary>
    public bool IsNews { get; private set; }

    /// <summary>Gives the handler its cursor, unless it has one.</summary>
    public Task<Turn> RegisterAsync(CancellationToken cancellationToken) => GuardAsync(
        async () =>
        {
            await loop.RegisterAsync(cancellationToken);
            return Turn.Again;
        },
        cancellationToken);

    /// <summary>Handles at most one page, or does what is due about one that fails. Throws nothing but that it was cancelled.</summary>
    public Task<Turn> RunOnceAsync(CancellationToken cancellationToken) =>
        GuardAsync(() => TurnAsync(cancellationToken), cancellationToken);

    /// <summary>Tries again the dead letters of this handler for which another program has asked that.</summary>
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

    private async Task<Turn> GuardAsync(Func<Task<Turn>> turn, CancellationToken cancellationToken)
    {
        try
        {
            return await turn();
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

    private async Task<Turn> TurnAsync(CancellationToken cancellationToken)
    {
        var started = timeProvider.GetTimestamp();
        try
        {
            var report = await loop.RunOnceAsync(policy.Rows, cancellationToken);
            switch (report.Turn)
            {
                case Turn.Busy:
                    return report.Turn;
                case Turn.Idle:
                    policy.NothingLeft();
                    break;
                default:
                    policy.Succeeded(report.Rows, report.IsProof);
                    break;
            }

            await RecoveredAsync(cancellationToken);
            return report.Turn;
        }
        catch (PostgresException refused) when (refused.SqlState == CursorStore.NoCursor)
        {
            Log.CursorDeleted(logger, Name);
            await loop.RegisterAsync(cancellationToken);
            return Turn.Again;
        }
        catch (PageFailedException failed)
        {
            ChangeLogTelemetry.PageFailed(Name, failed.Failure.ErrorType, timeProvider.GetElapsedTime(started));
            Log.PageFailedAt(logger, Name, failed.InnerException?.StackTrace);
            return await JudgeAsync(failed, cancellationToken);
        }
    }

    private async Task<Turn> JudgeAsync(PageFailedException failed, CancellationToken cancellationToken)
    {
        var verdict = policy.Failed(failed.First, failed.Rows, failed.Failure);
        switch (verdict)
        {
            case Verdict.Again:
            case Verdict.Halve:
                Log.PageTakenApart(logger, Name, failed.Rows, policy.Rows, failed.Failure.Text);
                return Turn.Again;
            case Verdict.GiveUp:
                return await GiveUpAsync(failed, cancellationToken);
            case Verdict.Prove:
                return await ProveAsync(failed, cancellationToken);
            default:
                return await WaitAsync(verdict, failed.First, failed.Failure, cancellationToken);
        }
    }

    private async Task<Turn> ProveAsync(PageFailedException failed, CancellationToken cancellationToken) =>
        await probe.RunAsync(failed.First, cancellationToken) switch
        {
            ProbeResult.Busy => Turn.Busy,
            ProbeResult.Works => await TryOnceMoreAsync(failed, cancellationToken),
            ProbeResult.NothingElse when policy.HandledAnother => await GiveUpAsync(failed, cancellationToken),
            _ => await WaitAsync(Verdict.Pause, failed.First, failed.Failure, cancellationToken),
        };

    // what was wrong with the handler may have been put right between the failure and the proof
    private async Task<Turn> TryOnceMoreAsync(PageFailedException failed, CancellationToken cancellationToken)
    {
        try
        {
            var report = await loop.RunOnceAsync(rows: 1, cancellationToken);
            if (report.Turn != Turn.Busy)
            {
                policy.Succeeded(report.Rows, report.IsProof);
                await RecoveredAsync(cancellationToken);
            }

            return report.Turn;
        }
        catch (PageFailedException again)
        {
            // a deadlock, or a page of which another worker has meanwhile handled the beginning, proves nothing against it
            return again.First == failed.First && again.Failure.IsAttempt
                ? await GiveUpAsync(again, cancellationToken)
                : await JudgeAsync(again, cancellationToken);
        }
    }

    private async Task<Turn> GiveUpAsync(PageFailedException failed, CancellationToken cancellationToken)
    {
        try
        {
            return await GiveUpAsync(failed, failed.Failure, cancellationToken);
        }
        catch (PostgresException refused) when (refused.SqlState is ['2', '2', ..])
        {
            // the database's encoding has not all that the message says
            return await GiveUpAsync(failed, failed.Failure with { Text = failed.Failure.ErrorType }, cancellationToken);
        }
    }

    private async Task<Turn> GiveUpAsync(PageFailedException failed, Failure failure, CancellationToken cancellationToken)
    {
        long? id = null;
        var isGivenUp = await loop.PassOverAsync(
            failed.First,
            async transaction => id = await DeadLetterStore.WriteAsync(
                transaction, Name, failed.First, failure, policy.Attempts, policy.FirstFailedAt, cancellationToken),
            cancellationToken);
        if (!isGivenUp)
        {
            return Turn.Busy;
        }

        policy.GivenUp(failure.ErrorType);
        ChangeLogTelemetry.DeadLetterWritten(Name, failure.ErrorType);
        Log.GivenUp(logger, Name, failed.First.Kind, failed.First.Position, id!.Value, failure.Text, failure.ErrorType);
        await RecoveredAsync(cancellationToken);
        return Turn.Again;
    }

    private async Task<Turn> WaitAsync(
        Verdict verdict, EntryKey? first, Failure failure, CancellationToken cancellationToken)
    {
        var isPaused = verdict == Verdict.Pause;
        IsNews = _said.IsNewFailure($"{isPaused} {failure.Text}");
        Failure = failure;
        ChangeLogTelemetry.Paused(Name, isPaused);
        if (failure.Kind is not FailureKind.Connection)
        {
            _isNoted = true;
            await failures.NoteAsync(Name, first, failure, isPaused, cancellationToken);
        }

        return isPaused ? Turn.Paused : Turn.Failing;
    }

    private async Task RecoveredAsync(CancellationToken cancellationToken)
    {
        if (Failure is null || policy.IsSearching)
        {
            return;
        }

        Failure = null;
        _said.EndRound();
        ChangeLogTelemetry.Paused(Name, isPaused: false);
        Log.Recovered(logger, Name);
        if (_isNoted)
        {
            _isNoted = false;
            await failures.ClearAsync(Name, cancellationToken);
        }
    }
}
