namespace ChangeLog.Dispatching.DeadLetters;

/// <summary>Outcome of retrying one dead letter.</summary>
/// <param name="Id">The requested id.</param>
/// <param name="Outcome">The outcome.</param>
/// <param name="Letter">The dead letter before the retry; null if unknown.</param>
/// <param name="Error">Why it failed again.</param>
internal sealed record RetryReport(long Id, RetryOutcome Outcome, DeadLetter? Letter, string? Error = null)
{
    public bool IsDone => Outcome is RetryOutcome.Retried or RetryOutcome.AlreadyRetried;

    /// <summary>For one that was resolved earlier.</summary>
    public static RetryReport Of(DeadLetter resolved) => new(
        resolved.Id,
        resolved.Resolution == "discarded" ? RetryOutcome.Discarded : RetryOutcome.AlreadyRetried,
        resolved);
}
