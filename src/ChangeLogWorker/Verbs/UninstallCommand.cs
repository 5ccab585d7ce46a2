using System.CommandLine;
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
            "Stop capturing: drop triggers and capture functions, but keep the log",
            "changelog uninstall",
            "changelog uninstall --drop-data            the log is dropped too")
        {
            DropData,
        }.Does(RunAsync);

    private static async Task<int> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        var installer = context.Services.GetRequiredService<SchemaInstaller>();
        var report = await installer.UninstallAsync(context.Has(DropData), cancellationToken);
        context.Output.Write(report, new ReportText(context.Output, isPlan: false).Write);
        return report.Failed.Count == 0 ? ExitCode.Done : ExitCode.Failed;
    }
}
