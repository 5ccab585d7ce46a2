using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace ChangeLogWorker.Systemd;

/// <summary>Schedules systemd's watchdog notifications, at half of its timeout.</summary>
internal sealed class Watchdog(IConfiguration environment, TimeProvider time)
{
    private readonly TimeSpan? _interval = Interval(environment);

    private long? _last;

    /// <summary>Whether the next notification is due; counts it as sent.</summary>
    public bool IsDue()
    {
        if (_interval is not { } interval || (_last is { } last && time.GetElapsedTime(last) < interval))
        {
            return false;
        }

        _last = time.GetTimestamp();
        return true;
    }

    // an inherited variable is meant for another process
    private static TimeSpan? Interval(IConfiguration environment) =>
        long.TryParse(environment["WATCHDOG_USEC"], CultureInfo.InvariantCulture, out var microseconds)
            && microseconds > 0
        && environment["WATCHDOG_PID"] is var process
        && (string.IsNullOrEmpty(process) || process == Environment.ProcessId.ToString(CultureInfo.InvariantCulture))
            ? TimeSpan.FromMicroseconds(microseconds) / 2
            : null;
}
