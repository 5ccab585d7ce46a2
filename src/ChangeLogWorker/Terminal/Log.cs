using Microsoft.Extensions.Logging;

namespace ChangeLogWorker.Terminal;

/// <summary>Log messages of the verbs: ids 1000 to 1099.</summary>
internal static partial class Log
{
    [LoggerMessage(1000, LogLevel.Debug, "The verb failed")]
    public static partial void Failed(this ILogger logger, Exception error);

    [LoggerMessage(1001, LogLevel.Information, "Everything committed before the start has been handled")]
    public static partial void Drained(this ILogger logger);

    [LoggerMessage(1002, LogLevel.Information, "Stopped")]
    public static partial void Stopped(this ILogger logger);
}
