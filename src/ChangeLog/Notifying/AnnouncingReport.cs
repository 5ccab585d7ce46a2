namespace ChangeLog.Notifying;

/// <summary>Result of one round of announcing.</summary>
/// <param name="Announced">How many transactions and events.</param>
/// <param name="IsDone">Whether nothing is left, at least for this worker.</param>
/// <param name="QueueUsage">How full the server's notification queue is, 0 to 1.</param>
internal sealed record AnnouncingReport(int Announced, bool IsDone, double QueueUsage)
{
    public bool IsQueueFilling => NotificationQueue.IsFilling(QueueUsage);
}
