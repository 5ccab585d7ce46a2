using Microsoft.Extensions.Logging;

namespace ChangeLogWorker.Cli;

/// <summary>Log messages of the verbs: ids from 1000.</summary>
internal static partial class Log
{
    [LoggerMessage(1000, LogLevel.Debug, "The verb failed")]
    public static partial void Failed(this ILogger logger, Exception error);
}
