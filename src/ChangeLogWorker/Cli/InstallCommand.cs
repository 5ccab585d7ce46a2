using System.CommandLine;
using ChangeLogWorker.Cli.Reports;
using ChangeLogWorker.Triggers.Installation;
using ChangeLogWorker.Triggers.Reconciliation;
using Microsoft.Extensions.DependencyInjection;

namespace ChangeLogWorker.Cli;

/// <summary><c>install</c>: prepares a database, or brings it up to date.</summary>
internal static class InstallCommand
{
    private static readonly Option<bool> Dry = DryRun.Option();

    private static readonly Option<bool> PrintSql = new("--print-sql")
    {
        Description = "Print everything that an install runs, for a DBA to read or to run with psql",
    };

    public static Verb Create() =>
        new Verb(
            "install",
            "Prepare the database, or bring it up to date, and cover its tables; safe to repeat",
            "changelog install",
            "changelog install --dry-run",
            "changelog install --print-sql > install.sql")
        {
            Dry, PrintSql,
        }.Does(RunAsync);

    private static async Task<int> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        if (context.Has(PrintSql))
        {
            await Console.Out.WriteLineAsync(SchemaInstaller.PrintSql().AsMemory(), cancellationToken);
            return ExitCode.Done;
        }

        var isPlan = context.Has(Dry);
        var installer = context.Services.GetRequiredService<SchemaInstaller>();
        var settings = context.Services.GetRequiredService<CaptureSettings>();
        var report = isPlan
            ? await installer.PlanAsync(settings, cancellationToken)
            : await installer.InstallAsync(settings, cancellationToken);
        context.Output.Write(report, new ReportText(context.Output, isPlan).Write);
        return report.Reconcile.Failed.Count == 0 ? ExitCode.Done : ExitCode.Failed;
    }
}
