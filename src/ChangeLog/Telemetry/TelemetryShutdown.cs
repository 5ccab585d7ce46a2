using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace ChangeLog.Telemetry;

/// <summary>Flushes telemetry when the program ends, with a bounded wait for the collector.</summary>
/// <remarks>
/// Constructed after the providers, so disposed before them: by themselves they would wait 5 s each. Then nothing is
/// left for them to do.
/// </remarks>
internal sealed class TelemetryShutdown(
    IEnumerable<TracerProvider> traces, IEnumerable<MeterProvider> metrics,
    IEnumerable<LoggerProvider> logs) : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1.5);

    private static readonly TimeSpan UnhurriedLimit = TimeSpan.FromSeconds(15);

    private readonly Action<int>[] _shutdowns =
    [
        .. traces.Select<TracerProvider, Action<int>>(provider => limit => provider.Shutdown(limit)),
        .. metrics.Select<MeterProvider, Action<int>>(provider => limit => provider.Shutdown(limit)),
        .. logs.Select<LoggerProvider, Action<int>>(provider => limit => provider.Shutdown(limit)),
    ];

    /// <summary>Nobody waits for the end: allow a slow collector more time.</summary>
    public bool IsUnhurried { get; set; }

    public void Dispose()
    {
        var limit = IsUnhurried ? UnhurriedLimit : Limit;
        Task.WaitAll([.. _shutdowns.Select(shutdown => Task.Run(() => shutdown((int)limit.TotalMilliseconds)))], limit);
    }
}
