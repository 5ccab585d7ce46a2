namespace ChangeLog.Notifying;

/// <summary>What one turn of announcing came to.</summary>
/// <param name="Announced">How many transactions and events.</param>
/// <param name="IsDone">Whether that was all there is, or all that this worker has to do.</param>
/// <param name="QueueUsage">How full the server's notification queue is, 0 to 1.</param>
internal sealed record AnnouncingReport(int Announced, bool IsDone, double QueueUsage)
{
    public bool IsQueueFilling => NotificationQueue.IsFilling(QueueUsage);
}
