using Microsoft.Extensions.Logging;

namespace ChangeLog.Notifying;

/// <summary>Log messages of the listener, the watch and the announcer: ids 2000 to 2099.</summary>
internal static partial class Log
{
    [LoggerMessage(2000, LogLevel.Information, "Listening on lib_event.created")]
    public static partial void Listening(ILogger logger);

    [LoggerMessage(2001, LogLevel.Warning, "The LISTEN connection was lost ({Reason}); reconnecting")]
    public static partial void ListenerLost(ILogger logger, string reason);

    [LoggerMessage(EventId = 2002, Message = "Could not connect to listen ({Reason}); retrying in {Seconds:0.0} s")]
    public static partial void ReconnectFailed(ILogger logger, LogLevel level, string reason, double seconds);

    [LoggerMessage(
        EventId = 2008, Message = "Could not announce on lib_event.created ({Reason}); retrying in a second")]
    public static partial void AnnouncingFailed(ILogger logger, LogLevel level, string reason);

    [LoggerMessage(2009, LogLevel.Warning,
        "The server's notification queue is {Percent:0} % full: nothing is announced until it empties. A session "
        + "listens and does "
        + "not read: end it (select pid, query, xact_start from pg_stat_activity where state like 'idle in "
        + "transaction%')")]
    public static partial void QueueFilling(ILogger logger, double percent);

    [LoggerMessage(2010, LogLevel.Information, "The server's notification queue has room again: announcing resumes")]
    public static partial void QueueEmptied(ILogger logger);
}
