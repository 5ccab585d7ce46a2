using Microsoft.Extensions.Logging;

namespace ChangeLogWorker.Maintenance;

/// <summary>Log messages of the maintenance: ids 4000 to 4099.</summary>
internal static partial class Log
{
    [LoggerMessage(4000, LogLevel.Error, "Could not {Task}; it is tried again")]
    public static partial void MaintenanceFailed(this ILogger logger, Exception error, string task);

    [LoggerMessage(4001, LogLevel.Information, "Made {Count} partitions of the log: {Names}")]
    public static partial void PartitionsMade(this ILogger logger, int count, string names);

    [LoggerMessage(4002, LogLevel.Warning, "Could not make partition {Name}: {Reason}")]
    public static partial void PartitionNotMade(this ILogger logger, string name, string reason);

    [LoggerMessage(4003, LogLevel.Warning,
        "Found {Count} transactions whose row an application had kept from being written; they are recorded now")]
    public static partial void TransactionsRecovered(this ILogger logger, int count);

    [LoggerMessage(4004, LogLevel.Information, "{Action} {Trigger} on {Table}: {Reason}")]
    public static partial void TriggerPutRight(this ILogger logger, string action, string trigger, string table, string reason);

    [LoggerMessage(4005, LogLevel.Warning, "{Table} is not as it should be: {Reason}")]
    public static partial void TableFailed(this ILogger logger, string table, string reason);

    [LoggerMessage(4006, LogLevel.Information, "{Difference}")]
    public static partial void SettingChanged(this ILogger logger, string difference);

    [LoggerMessage(4007, LogLevel.Warning, "{Warning}")]
    public static partial void Warned(this ILogger logger, string warning);

    [LoggerMessage(4008, LogLevel.Information, "The schema is brought up to date: scripts run {Scripts}, triggers put right {Triggers}")]
    public static partial void Installed(this ILogger logger, int scripts, int triggers);

    [LoggerMessage(4009, LogLevel.Warning, "{Refusal} What is installed is used as it is")]
    public static partial void InstallNotAllowed(this ILogger logger, string refusal);

    [LoggerMessage(4011, LogLevel.Information, "ChangeLog {Version} works on database {Database} at {Address}")]
    public static partial void Working(this ILogger logger, string version, string database, string address);

    [LoggerMessage(4012, LogLevel.Debug, "Still could not {Task}")]
    public static partial void MaintenanceStillFails(this ILogger logger, Exception error, string task);

    [LoggerMessage(4013, LogLevel.Debug, "Could not say that this worker stops ({Reason}): it is shown for a few seconds more")]
    public static partial void PresenceNotWithdrawn(this ILogger logger, string reason);

    [LoggerMessage(4014, LogLevel.Information, "Cleared {Count} links of {Table} whose record was gone ({Policy})")]
    public static partial void LinksCleared(this ILogger logger, long count, string table, string policy);

    [LoggerMessage(4015, LogLevel.Warning, "Left {Count} links of {Table} as they are: {Reason}")]
    public static partial void LinksLeft(this ILogger logger, long count, string table, string reason);

    [LoggerMessage(4016, LogLevel.Warning,
        "Left {Count} links of {Table} alone, whose name leads to no table, or to several: changelog links --dry-run lists them")]
    public static partial void LinksUnresolved(this ILogger logger, long count, string table);

    [LoggerMessage(4017, LogLevel.Information, "{Hint}")]
    public static partial void Hinted(this ILogger logger, string hint);
}
