using ChangeLogWorker.Configuration;
using Microsoft.Extensions.Logging;

namespace ChangeLogWorker.Listening;

/// <summary>What the listener, the watch and the announcer say: ids 2000 to 2099.</summary>
internal static partial class Log
{
    [LoggerMessage(2000, LogLevel.Information, "Listening on lib_event.created")]
    public static partial void Listening(ILogger logger);

    [LoggerMessage(2001, LogLevel.Warning, "The LISTEN connection was lost ({Reason}); connecting again")]
    public static partial void ListenerLost(ILogger logger, string reason);

    [LoggerMessage(2002, LogLevel.Warning, "Could not connect to listen ({Reason}); trying again in {Seconds:0.0} s")]
    public static partial void ReconnectFailed(ILogger logger, string reason, double seconds);

    [LoggerMessage(2003, LogLevel.Warning, "Could not look for unhandled changes ({Reason}); looking again in a second")]
    public static partial void LookFailed(ILogger logger, string reason);

    [LoggerMessage(2004, LogLevel.Information, "Notification mode {Mode}")]
    public static partial void ModeSet(ILogger logger, NotificationMode mode);

    [LoggerMessage(2005, LogLevel.Information,
        "The notification mode was {Before} and is {Now} for every writer and worker of this database from now on")]
    public static partial void ModeReplaced(ILogger logger, NotificationMode before, NotificationMode now);

    [LoggerMessage(2006, LogLevel.Warning,
        "Another worker has set the notification mode to {InForce}; this one, which had {Mine}, follows it. Give all workers of a "
        + "database the same ChangeLog:Notifications:Mode")]
    public static partial void ModeFollowed(ILogger logger, NotificationMode inForce, NotificationMode mine);

    [LoggerMessage(2007, LogLevel.Information,
        "max_prepared_transactions is above 0, and PREPARE TRANSACTION refuses a transaction that has notified: writers announce "
        + "nothing, and the worker polls. Where nothing is prepared, set ChangeLog:Notifications:Mode to Always")]
    public static partial void CannotNotify(ILogger logger);

    [LoggerMessage(2008, LogLevel.Warning, "Could not announce on lib_event.created ({Reason}); trying again in a second")]
    public static partial void AnnouncingFailed(ILogger logger, string reason);

    [LoggerMessage(2009, LogLevel.Warning,
        "The server's notification queue is {Percent:0} % full: nothing is announced until it empties. A session listens and does "
        + "not read: end it (select pid, query, xact_start from pg_stat_activity where state like 'idle in transaction%')")]
    public static partial void QueueFilling(ILogger logger, double percent);

    [LoggerMessage(2010, LogLevel.Information, "The server's notification queue has room again: announcing goes on")]
    public static partial void QueueEmptied(ILogger logger);

    [LoggerMessage(2011, LogLevel.Debug, "Still could not look for unhandled changes ({Reason})")]
    public static partial void LookStillFails(ILogger logger, string reason);

    [LoggerMessage(2013, LogLevel.Debug, "Still could not announce on lib_event.created ({Reason})")]
    public static partial void AnnouncingStillFails(ILogger logger, string reason);

    [LoggerMessage(2012, LogLevel.Debug, "Still could not connect to listen ({Reason}); trying again in {Seconds:0.0} s")]
    public static partial void ReconnectStillFails(ILogger logger, string reason, double seconds);
}
