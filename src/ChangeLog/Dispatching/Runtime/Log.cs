using Microsoft.Extensions.Logging;

namespace ChangeLog.Dispatching.Runtime;

/// <summary>Log messages of the runtime settings: ids 7000 to 7099.</summary>
internal static partial class Log
{
    [LoggerMessage(
        7000, LogLevel.Warning,
        "Handler {Handler} is stopped by the flag changelog.handler.{Handler}; it will skip nothing")]
    public static partial void Stopped(ILogger logger, string handler);

    [LoggerMessage(7001, LogLevel.Information, "Handler {Handler} resumes: its flag no longer stops it")]
    public static partial void Started(ILogger logger, string handler);

    [LoggerMessage(7002, LogLevel.Information,
        "platform.global_settings: page size {PageSize}, positions per page {PositionsPerPage}, "
        + "attempts {MaxAttempts}")]
    public static partial void SettingsTaken(ILogger logger, int pageSize, int positionsPerPage, int maxAttempts);

    [LoggerMessage(
        7003, LogLevel.Warning,
        "Cannot apply {Setting} of platform.global_settings: {Problem}. The configured value stays")]
    public static partial void NotFollowed(ILogger logger, string setting, string problem);

    [LoggerMessage(
        7004, LogLevel.Warning, "The flag {Flag} matches no handler of this worker.{Nearest}")]
    public static partial void StopsNothing(ILogger logger, string flag, string nearest);
}
