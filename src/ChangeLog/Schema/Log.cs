using Microsoft.Extensions.Logging;

namespace ChangeLog.Schema;

/// <summary>Log messages of the installation and of partitions.</summary>
internal static partial class Log
{
    [LoggerMessage(4001, LogLevel.Information, "Created {Count} partitions of the log: {Names}")]
    public static partial void PartitionsMade(this ILogger logger, int count, string names);

    [LoggerMessage(4002, LogLevel.Warning, "Could not create partition {Name}: {Reason}")]
    public static partial void PartitionNotMade(this ILogger logger, string name, string reason);

    [LoggerMessage(
        4008, LogLevel.Information,
        "The schema was upgraded: {Scripts} scripts run, {Triggers} triggers reconciled")]
    public static partial void Installed(this ILogger logger, int scripts, int triggers);

    [LoggerMessage(4009, LogLevel.Warning, "{Refusal} The installed version is used as it is")]
    public static partial void InstallNotAllowed(this ILogger logger, string refusal);

    [LoggerMessage(4018, LogLevel.Warning, "Waiting for a lock held by {Holders}")]
    public static partial void WaitsForLock(this ILogger logger, string holders);

    [LoggerMessage(4011, LogLevel.Information, "ChangeLog {Version} is running on database {Database} at {Address}")]
    public static partial void Working(this ILogger logger, string version, string database, string address);

    [LoggerMessage(4019, LogLevel.Warning,
        "ChangeLog was uninstalled from database {Database} by {Who}: no table is captured any more. This worker "
        + "handles what was logged before, and waits for: changelog install")]
    public static partial void Uninstalled(this ILogger logger, string database, string who);

    [LoggerMessage(4020, LogLevel.Warning,
        "ChangeLog was dropped from database {Database} with its log: there is nothing to handle. This worker waits "
        + "for: changelog install")]
    public static partial void Dropped(this ILogger logger, string database);

    [LoggerMessage(4021, LogLevel.Information, "ChangeLog is installed in database {Database} again")]
    public static partial void InstalledAgain(this ILogger logger, string database);
}
