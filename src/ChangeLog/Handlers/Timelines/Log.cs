using Microsoft.Extensions.Logging;

namespace ChangeLog.Handlers.Timelines;

/// <summary>Log messages of the timelines: ids 5000 to 5019.</summary>
internal static partial class Log
{
    [LoggerMessage(5000, LogLevel.Warning, "Timeline {Timeline}: {Warning}")]
    public static partial void TimelineWarned(this ILogger logger, string timeline, string warning);
}
