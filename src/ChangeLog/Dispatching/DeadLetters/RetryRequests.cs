using ChangeLog.Settings;
using Microsoft.Extensions.Options;

namespace ChangeLog.Dispatching.DeadLetters;

/// <summary>Retries dead letters: itself where this program has the handler, otherwise by asking a worker.</summary>
internal sealed class RetryRequests(
    DeadLetterRetry retry, DeadLetterStore letters, IOptions<HandlersOptions> options, TimeProvider timeProvider)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    // a worker checks for requests as often as it polls, and may be in the middle of a page
    private readonly TimeSpan _longestWait = (5 * options.Value.PollInterval) + TimeSpan.FromSeconds(5);

    /// <summary>Returns when all were tried, or when no further one is resolved for a while.</summary>
    public async Task<IReadOnlyList<RetryReport>> RunAsync(IEnumerable<long> ids, CancellationToken cancellationToken)
    {
        var reports = new List<RetryReport>();
        foreach (var id in ids)
        {
            reports.Add(await retry.RunAsync(id, cancellationToken));
        }

        var others = reports.Where(report => report.Outcome == RetryOutcome.NoHandler).Select(
            report => report.Id).ToArray();
        var asked = others.Length == 0 ? [] : await AskAsync(others, cancellationToken);
        return [.. reports.Select(report => asked.GetValueOrDefault(report.Id, report))];
    }

    private async Task<Dictionary<long, RetryReport>> AskAsync(long[] ids, CancellationToken cancellationToken)
    {
        await letters.RequestAsync(ids, cancellationToken);
        try
        {
            return await WaitAsync(ids, cancellationToken);
        }
        finally
        {
            // withdraw the rest: nothing is to be retried after the caller has left
            await letters.WithdrawAsync(ids, CancellationToken.None);
        }
    }

    private async Task<Dictionary<long, RetryReport>> WaitAsync(long[] ids, CancellationToken cancellationToken)
    {
        var waiting = ids.Length;
        var since = timeProvider.GetTimestamp();
        while (true)
        {
            var now = await letters.FindAsync(ids, cancellationToken);
            var left = now.Count(letter => letter.RetryRequestedAt is not null);
            if (left < waiting)
            {
                (waiting, since) = (left, timeProvider.GetTimestamp());
            }

            if (left == 0 || timeProvider.GetElapsedTime(since) > _longestWait)
            {
                return now.ToDictionary(letter => letter.Id, Report);
            }

            await Task.Delay(Pause, timeProvider, cancellationToken);
        }
    }

    private static RetryReport Report(DeadLetter letter) => letter switch
    {
        { Resolution: "retried" } => new RetryReport(letter.Id, RetryOutcome.Retried, letter),
        { IsOpen: false } => RetryReport.Of(letter),
        { RetryRequestedAt: not null } => new RetryReport(letter.Id, RetryOutcome.NoHandler, letter),
        _ => new RetryReport(letter.Id, RetryOutcome.FailedAgain, letter, letter.Error),
    };
}
