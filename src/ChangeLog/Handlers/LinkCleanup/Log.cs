using Microsoft.Extensions.Logging;

namespace ChangeLog.Handlers.LinkCleanup;

/// <summary>Log messages of the link sweep.</summary>
internal static partial class Log
{
    [LoggerMessage(4014, LogLevel.Information, "Cleared {Count} dangling links of {Table} ({Policy})")]
    public static partial void LinksCleared(this ILogger logger, long count, string table, string policy);

    [LoggerMessage(4015, LogLevel.Warning, "Left {Count} links of {Table} as they are: {Reason}")]
    public static partial void LinksLeft(this ILogger logger, long count, string table, string reason);

    [LoggerMessage(4016, LogLevel.Warning,
        "Left {Count} links of {Table} as they are, since their name matches no table, or several: "
            + "changelog links --dry-run lists them")]
    public static partial void LinksUnresolved(this ILogger logger, long count, string table);
}
