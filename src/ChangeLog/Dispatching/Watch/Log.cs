using ChangeLog.Notifying;
using Microsoft.Extensions.Logging;

namespace ChangeLog.Dispatching.Watch;

/// <summary>Log messages of the watch.</summary>
internal static partial class Log
{
    [LoggerMessage(
        EventId = 2003, Message = "Could not look for unhandled changes ({Reason}); retrying in a second")]
    public static partial void LookFailed(ILogger logger, LogLevel level, string reason);

    [LoggerMessage(2004, LogLevel.Information, "Notification mode {Mode}")]
    public static partial void ModeSet(ILogger logger, NotificationMode mode);

    [LoggerMessage(2005, LogLevel.Information,
        "The notification mode of this database changed from {Before} to {Now}, for all writers and workers")]
    public static partial void ModeReplaced(ILogger logger, NotificationMode before, NotificationMode now);

    [LoggerMessage(2006, LogLevel.Warning,
        "Another worker has set the notification mode to {InForce}; this one, which had {Mine}, follows it. Give all "
        + "workers of a "
        + "database the same ChangeLog:Notifications:Mode")]
    public static partial void ModeFollowed(ILogger logger, NotificationMode inForce, NotificationMode mine);

    [LoggerMessage(2007, LogLevel.Information,
        "max_prepared_transactions is above 0, and PREPARE TRANSACTION refuses a transaction that has notified: "
        + "writers announce "
        + "nothing, and the worker polls. Where nothing is prepared, set ChangeLog:Notifications:Mode to Always")]
    public static partial void CannotNotify(ILogger logger);
}
