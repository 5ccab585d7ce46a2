using Microsoft.Extensions.Logging;

namespace ChangeLog.Hosting;

/// <summary>Log messages of maintenance: ids 4000 to 4099.</summary>
internal static partial class Log
{
    [LoggerMessage(EventId = 4000, Message = "Could not {Task}; it will be retried")]
    public static partial void MaintenanceFailed(this ILogger logger, LogLevel level, Exception error, string task);

    [LoggerMessage(4007, LogLevel.Warning, "{Warning}")]
    public static partial void Warned(this ILogger logger, string warning);

    [LoggerMessage(
        4013, LogLevel.Debug, "Could not report that this worker stops ({Reason}): it is shown for a few more seconds")]
    public static partial void HeartbeatNotWithdrawn(this ILogger logger, string reason);
}
