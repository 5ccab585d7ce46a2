using Microsoft.Extensions.Logging;

namespace ChangeLogWorker.Dispatching;

/// <summary>What the dispatching says: ids 3000 to 3099.</summary>
internal static partial class Log
{
    [LoggerMessage(3000, LogLevel.Warning, "Handler {Handler} failed on a page ({Reason}); trying again in {Seconds:0.0} s")]
    public static partial void PageFailed(ILogger logger, string handler, string reason, double seconds);
}
