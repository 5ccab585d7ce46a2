using System.CommandLine;
using ChangeLogWorker.Terminal;
using ChangeLogWorker.Triggers.Capture;
using ChangeLogWorker.Triggers.Coverage;
using ChangeLogWorker.Triggers.Postgres;
using ChangeLogWorker.Triggers.Schema;
using Microsoft.Extensions.DependencyInjection;

namespace ChangeLogWorker.Verbs;

/// <summary><c>reconcile</c>: reconciles the triggers with the tables, now.</summary>
internal static class ReconcileCommand
{
    private static readonly Option<bool> Dry = DryRun.Option();

    public static Verb Create() =>
        new Verb(
            "reconcile",
            "Reconcile the triggers with the tables and settings now; a running worker does it every "
            + "ChangeLog:Reconcile:Interval",
            "changelog reconcile --dry-run",
            "NON_LOGGED_TABLES='public.sessions,tmp.*' changelog reconcile")
        {
            Dry,
        }.Does(RunAsync);

    private static async Task<int> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        await context.RequireCurrentAsync(cancellationToken);
        await context.Services.GetRequiredService<SchemaInstaller>().RequireCaptureAsync(cancellationToken);
        var isPlan = context.Has(Dry);
        var reconciler = context.Services.GetRequiredService<TriggerReconciler>();
        var settings = context.Services.GetRequiredService<CaptureSettings>();
        await reconciler.RequireAsync(settings, cancellationToken);
        var report = isPlan
            ? await reconciler.PlanAsync(settings, cancellationToken)
            : await reconciler.RunOnceAsync(settings, cancellationToken);
        report = report with { Warnings =
            [.. report.Warnings, .. await LinkWarnings.ReadAsync(context, cancellationToken)] };
        context.Output.Write(report, new ReportText(context.Output, isPlan).Write);
        return report.Failed.Count == 0 ? ExitCode.Done : ExitCode.Failed;
    }
}
