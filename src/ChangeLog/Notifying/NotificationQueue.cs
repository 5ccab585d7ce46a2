namespace ChangeLog.Notifying;

/// <summary>When the server's notification queue is too full to announce anything.</summary>
internal static class NotificationQueue
{
    /// <summary>From one half on nothing is announced: a full queue fails every writer that notifies.</summary>
    /// <param name="usage">How full it is, 0 to 1.</param>
    public static bool IsFilling(double usage) => usage >= 0.5;
}
