using ChangeLog.Notifying;

namespace ChangeLog.Status;

/// <summary>How workers hear of what is written, and whether notifications get through.</summary>
/// <param name="Mode">WhenIdle, Always or Never, as the doorbell says.</param>
/// <param name="WorkerAwake">Whether writers take a worker for awake and announce nothing.</param>
/// <param name="QueueUsage">How full the server's notification queue is, 0 to 1.</param>
/// <param name="MaxPreparedTransactions">Above 0 writers announce nothing, unless the mode is Always.</param>
internal sealed record NotificationStatus(string Mode, bool WorkerAwake, double QueueUsage, int MaxPreparedTransactions)
{
    public bool IsQueueFilling => NotificationQueue.IsFilling(QueueUsage);
}
