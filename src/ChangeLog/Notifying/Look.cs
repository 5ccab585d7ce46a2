namespace ChangeLog.Notifying;

/// <summary>What a worker sees when it looks.</summary>
/// <param name="Behind">Those of its handlers that have something to do.</param>
/// <param name="HasUnannounced">Whether something is to be announced; false where it was not asked.</param>
/// <param name="Mode">The mode in force, whoever set it.</param>
/// <param name="AwakeFor">For how long yet writers take a worker for awake; zero: they ring.</param>
/// <param name="OldestRunning">No transaction with a lower id still runs.</param>
/// <param name="RuntimeSettings">The runtime settings as JSON; null: none.</param>
internal sealed record Look(
    IReadOnlyCollection<string> Behind,
    bool HasUnannounced,
    NotificationMode Mode,
    TimeSpan AwakeFor,
    ulong OldestRunning,
    string? RuntimeSettings = null);
