using Microsoft.Extensions.Logging;

namespace ChangeLog.Hosting;

/// <summary>Log messages of the maintenance: ids 4000 to 4099.</summary>
internal static partial class Log
{
    [LoggerMessage(4000, LogLevel.Error, "Could not {Task}; it is tried again")]
    public static partial void MaintenanceFailed(this ILogger logger, Exception error, string task);

    [LoggerMessage(4007, LogLevel.Warning, "{Warning}")]
    public static partial void Warned(this ILogger logger, string warning);

    [LoggerMessage(4012, LogLevel.Debug, "Still could not {Task}")]
    public static partial void MaintenanceStillFails(this ILogger logger, Exception error, string task);
}
