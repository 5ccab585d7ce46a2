using ChangeLog.Hosting;
using ChangeLog.Telemetry;
using ChangeLogWorker.Triggers.Capture;
using ChangeLogWorker.Triggers.Coverage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ChangeLog.Coverage;

/// <summary>Reconciles triggers periodically; without an event trigger this is how new tables are found.</summary>
internal sealed class ReconcileService(
    TriggerReconciler reconciler,
    CaptureSettings settings,
    IOptions<ReconcileOptions> options,
    TimeProvider time,
    ILogger<ReconcileService> logger)
    : PeriodicService<ReconcileReport>(time, logger)
{
    private readonly ReconcileOptions _options = options.Value;
    private readonly ReconcileLog _log = new(logger);

    // once: workers with different settings would otherwise undo each other's at every run
    private bool _isApplied;

    protected override string Job => "reconcile the triggers";

    protected override TimeSpan Interval => _options.Interval;

    public override async Task<ReconcileReport> RunOnceAsync(CancellationToken cancellationToken)
    {
        using var activity = ChangeLogTelemetry.Activities.StartActivity(TelemetryNames.ReconcileActivity);
        var report = _isApplied
            ? await reconciler.RunStoredAsync(cancellationToken)
            : await reconciler.RunOnceAsync(settings, cancellationToken);
        _isApplied = true;
        _log.Write(report);
        return report;
    }
}
