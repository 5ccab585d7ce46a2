namespace ChangeLog.Notifying;

/// <summary>What the watch does before it looks again.</summary>
internal enum WatchAction
{
    Nothing,

    /// <summary>Extends the wake lease.</summary>
    StayAwake,

    /// <summary>Draws an id, to learn when every writer that may have read "awake" has ended.</summary>
    DrawId,
}
