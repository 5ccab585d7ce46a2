namespace ChangeLog.Dispatching.DeadLetters;

/// <summary>What came of trying one dead letter again.</summary>
/// <param name="Id">Its id, as it was asked for.</param>
/// <param name="Outcome">What came of it.</param>
/// <param name="Letter">As it was before; null where there is none.</param>
/// <param name="Error">Why it failed again.</param>
internal sealed record RetryReport(long Id, RetryOutcome Outcome, DeadLetter? Letter, string? Error = null)
{
    /// <summary>Whether nothing is left to do.</summary>
    public bool IsDone => Outcome is RetryOutcome.Retried or RetryOutcome.AlreadyRetried;

    /// <summary>Of one that was resolved before.</summary>
    public static RetryReport Of(DeadLetter resolved) => new(
        resolved.Id,
        resolved.Resolution == "discarded" ? RetryOutcome.Discarded : RetryOutcome.AlreadyRetried,
        resolved);
}
