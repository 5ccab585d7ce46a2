namespace ChangeLog.Notifying;

/// <summary>What one look finds.</summary>
/// <param name="Behind">The handlers that have work.</param>
/// <param name="HasUnannounced">Whether something is to be announced; false if not asked.</param>
/// <param name="Mode">The mode in force.</param>
/// <param name="AwakeFor">How much longer writers consider a worker awake; zero: they notify.</param>
/// <param name="OldestRunning">The lowest running transaction id.</param>
/// <param name="RuntimeSettings">The runtime settings as JSON; null: none.</param>
internal sealed record Look(
    IReadOnlyCollection<string> Behind,
    bool HasUnannounced,
    NotificationMode Mode,
    TimeSpan AwakeFor,
    ulong OldestRunning,
    string? RuntimeSettings = null);
