using Microsoft.Extensions.Logging;

namespace ChangeLog.Coverage;

/// <summary>Log messages of the reconciler.</summary>
internal static partial class Log
{
    [LoggerMessage(4004, LogLevel.Information, "{Action} {Trigger} on {Table}: {Reason}")]
    public static partial void TriggerPutRight(
        this ILogger logger, string action, string trigger, string table, string reason);

    [LoggerMessage(4005, LogLevel.Warning, "{Table} could not be reconciled: {Reason}")]
    public static partial void TableFailed(this ILogger logger, string table, string reason);

    [LoggerMessage(4006, LogLevel.Information, "{Difference}")]
    public static partial void SettingChanged(this ILogger logger, string difference);

    [LoggerMessage(4017, LogLevel.Information, "{Hint}")]
    public static partial void Hinted(this ILogger logger, string hint);
}
