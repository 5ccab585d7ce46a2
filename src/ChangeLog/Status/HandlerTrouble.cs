namespace ChangeLog.Status;

/// <summary>What keeps a handler from its work, and what it gave up on.</summary>
/// <param name="Handler">Its name.</param>
/// <param name="DeadLetters">How many are open.</param>
/// <param name="FailingSince">Since when it makes no progress; null where it does.</param>
/// <param name="PausedSince">Since when it is tried only now and then; null where it is not down.</param>
/// <param name="Error">Why it makes no progress.</param>
/// <param name="Where">What it stands at: a change or an event, and its position.</param>
internal sealed record HandlerTrouble(
    string Handler,
    long DeadLetters,
    DateTimeOffset? FailingSince,
    DateTimeOffset? PausedSince,
    string? Error,
    string? Where);
