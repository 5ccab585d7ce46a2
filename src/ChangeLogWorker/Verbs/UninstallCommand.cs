using System.CommandLine;
using ChangeLog.Status;
using ChangeLogWorker.Terminal;
using ChangeLogWorker.Triggers.Postgres;
using ChangeLogWorker.Triggers.Schema;
using Microsoft.Extensions.DependencyInjection;

namespace ChangeLogWorker.Verbs;

/// <summary><c>uninstall</c>: removes capture, and with --drop-data the log too.</summary>
internal static class UninstallCommand
{
    private static readonly Option<bool> DropData = new("--drop-data")
    {
        Description = "Also drop the log; cannot be undone",
    };

    public static Verb Create() =>
        new Verb(
            "uninstall",
            "Stop capturing: drop triggers and capture functions, but keep the log; asks first",
            "changelog uninstall",
            "changelog uninstall --drop-data            the log is dropped too",
            "changelog uninstall --confirm shop         in a script: only if the database is shop")
        {
            DropData, Confirmation.Yes, Confirmation.Name,
        }.Does(RunAsync);

    private static async Task<int> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        var installer = context.Services.GetRequiredService<SchemaInstaller>();
        var dropData = context.Has(DropData);
        await Confirmation.RequireAsync(
            context,
            async () => Loss(
                context,
                await installer.BeforeUninstallAsync(
                    dropData, (connection, token) => LogExtent.ReadAsync(connection, token), cancellationToken)),
            cancellationToken);
        var report = await installer.UninstallAsync(dropData, cancellationToken);
        context.Output.Write(report, new ReportText(context.Output, isPlan: false).Write);
        return report.Failed.Count == 0 ? ExitCode.Done : ExitCode.Failed;
    }

    private static string Loss(VerbContext context, LogExtent logged)
    {
        var rows = (logged.IsEstimate ? "about " : string.Empty)
            + $"{Format.Of(logged.Changes, "change")} of {Format.Of(logged.Tables, "table")} and "
            + Format.Of(logged.Events, "event");
        var log = logged is { From: { } from, Until: { } until } ? $"{rows}, {context.Days(from, until)}" : rows;
        return context.Has(DropData)
            ? $"This drops the log for good: {log}."
            : $"This stops the capture of {Format.Of(logged.CapturedTables, "table")}: what changes there from now on "
                + $"is not logged. The log stays: {log}.";
    }
}
