using Microsoft.Extensions.Logging;

namespace ChangeLog.Reading;

/// <summary>Log messages of recovery.</summary>
internal static partial class Log
{
    [LoggerMessage(4003, LogLevel.Warning,
        "Recovered {Count} transactions whose row an application had kept from being written")]
    public static partial void TransactionsRecovered(this ILogger logger, int count);
}
