namespace ChangeLog.Status;

/// <summary>The installation itself.</summary>
internal sealed record Installation(
    string Database,
    string ServerVersion,
    DateTimeOffset InstalledAt,
    DateTimeOffset? ReconciledAt,
    DateTimeOffset? UninstalledAt,
    bool FollowsDdl,
    int PositionCache,
    bool DefaultPartitionUsed,
    bool Captures)
{
    /// <summary>Whether positions would be drawn that have been drawn already.</summary>
    public bool PositionsFellBehind { get; init; }
}
