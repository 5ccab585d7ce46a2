namespace ChangeLog.Notifying;

/// <summary>What the watch does to the doorbell before it looks again.</summary>
internal enum WatchAction
{
    Nothing,

    /// <summary>Tells writers that for a while they need not ring.</summary>
    StayAwake,

    /// <summary>Draws an id, to know when whoever may have read "awake" has ended.</summary>
    DrawId,
}
