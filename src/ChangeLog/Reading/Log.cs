using Microsoft.Extensions.Logging;

namespace ChangeLog.Reading;

/// <summary>Log messages of recovery.</summary>
internal static partial class Log
{
    [LoggerMessage(4003, LogLevel.Warning,
        "Found {Count} transactions whose row an application had kept from being written; they are recorded now")]
    public static partial void TransactionsRecovered(this ILogger logger, int count);
}
