using Microsoft.Extensions.Logging;

namespace ChangeLogWorker.Listening;

/// <summary>What the listener says: ids 2000 to 2099.</summary>
internal static partial class Log
{
    [LoggerMessage(2000, LogLevel.Information, "Listening on lib_event.created")]
    public static partial void Listening(ILogger logger);

    [LoggerMessage(2001, LogLevel.Warning, "The LISTEN connection was lost ({Reason}); connecting again")]
    public static partial void ListenerLost(ILogger logger, string reason);

    [LoggerMessage(2002, LogLevel.Warning, "Could not connect to listen ({Reason}); trying again in {Seconds:0.0} s")]
    public static partial void ReconnectFailed(ILogger logger, string reason, double seconds);

    [LoggerMessage(2003, LogLevel.Warning, "Could not look for unhandled changes ({Reason}); looking again at the next poll")]
    public static partial void PollFailed(ILogger logger, string reason);
}
