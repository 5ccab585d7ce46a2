using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace ChangeLog.Telemetry;

/// <summary>Sends what is left when the program ends, and waits for a collector only so long.</summary>
/// <remarks>
/// Made from the providers, which begin with it, and so disposed before them: by themselves they would wait 5 s each.
/// Then they have nothing left to do.
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

    /// <summary>Nobody waits for the end: a slow collector still gets what is left.</summary>
    public bool IsUnhurried { get; set; }

    public void Dispose()
    {
        var limit = IsUnhurried ? UnhurriedLimit : Limit;
        Task.WaitAll([.. _shutdowns.Select(shutdown => Task.Run(() => shutdown((int)limit.TotalMilliseconds)))], limit);
    }
}
