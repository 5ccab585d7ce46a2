using Microsoft.Extensions.Logging;

namespace ChangeLog.Postgres;

/// <summary>Log messages of connecting: ids 6000 to 6099.</summary>
internal static partial class Log
{
    [LoggerMessage(6000, LogLevel.Information, "PostgreSQL at {Address} is starting up; waiting for it")]
    public static partial void ServerStarting(ILogger logger, string address);

    [LoggerMessage(6001, LogLevel.Warning, "PostgreSQL at {Address} is not responding ({Reason}); waiting for it")]
    public static partial void ServerAway(ILogger logger, string address, string reason);
}
