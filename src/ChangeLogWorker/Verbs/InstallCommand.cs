using System.CommandLine;
using ChangeLog.Handlers.Timelines;
using ChangeLog.Postgres;
using ChangeLog.Schema;
using ChangeLogWorker.Terminal;
using ChangeLogWorker.Triggers.Capture;
using ChangeLogWorker.Triggers.Postgres;
using ChangeLogWorker.Triggers.Schema;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;

namespace ChangeLogWorker.Verbs;

/// <summary><c>install</c>: installs or upgrades ChangeLog in a database.</summary>
internal static class InstallCommand
{
    private static readonly Option<bool> Dry = DryRun.Option();

    private static readonly Option<bool> PrintSql = new("--print-sql")
    {
        Description = "Print everything that an install runs, for a DBA to read or run with psql",
    };

    public static Verb Create() =>
        new Verb(
            "install",
            "Install or upgrade ChangeLog and capture the database's tables; safe to repeat",
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
            var months = context.Services.GetRequiredService<IOptions<PartitionsOptions>>().Value.MonthsAhead;
            await Console.Out.WriteLineAsync(SchemaInstaller.PrintSql(months).AsMemory(), cancellationToken);
            return ExitCode.Done;
        }

        var isPlan = context.Has(Dry);
        var installer = context.Services.GetRequiredService<SchemaInstaller>();
        var settings = context.Services.GetRequiredService<CaptureSettings>();
        if (isPlan)
        {
            await installer.RequireUnalteredAsync(cancellationToken);
        }

        IReadOnlyList<Timeline> timelines = [];
        IReadOnlyList<string> lacking = [];
        async Task AskAsync(NpgsqlConnection connection, CancellationToken token)
        {
            timelines = await context.Services.GetRequiredService<StartCheck>().RunAsync(connection, token);
            lacking = await context.Services.GetRequiredService<TimelineRights>().RequireToMakeAsync(
                connection, timelines, token);
        }

        var report = isPlan
            ? await installer.PlanAsync(settings, AskAsync, cancellationToken)
            : await installer.InstallAsync(settings, AskAsync, cancellationToken);
        var noted = isPlan ? Foresee(timelines) : await MakeAsync(context, timelines, cancellationToken);
        var links = await LinkWarnings.ReadAsync(context, cancellationToken);
        report = report with { Warnings = [.. report.Warnings, .. noted, .. lacking, .. links] };
        context.Output.Write(Json(report, timelines), _ =>
        {
            new ReportText(context.Output, isPlan).Write(report);
            foreach (var timeline in timelines)
            {
                context.Output.Line(Printable.Of(
                    $"  timeline {timeline.Name} {(isPlan ? "would be" : "is")} stored in "
                    + $"{timeline.TableSchema}.{timeline.TableName}"));
            }
        });
        return report.Reconcile.Failed.Count == 0 ? ExitCode.Done : ExitCode.Failed;
    }

    private static object Json(InstallReport report, IReadOnlyList<Timeline> timelines) => new
    {
        report.IsFirst,
        report.Changed,
        report.Scripts,
        report.Partitions,
        report.FollowsDdl,
        report.Warnings,
        report.Reconcile,
        Timelines = timelines.Select(timeline => new
        {
            timeline.Name,
            Root = $"{timeline.RootSchema}.{timeline.RootTable}",
            Table = $"{timeline.TableSchema}.{timeline.TableName}",
        }),
    };

    // a dry run creates no tables, and the functions that do may not be installed yet
    private static IEnumerable<string> Foresee(IReadOnlyList<Timeline> timelines) =>
        timelines
            .Where(timeline => timeline.HasForeignKeys)
            .Select(timeline =>
                $"Timeline {timeline.Name}: the foreign keys of {timeline.TableSchema}.{timeline.TableName} will block "
                + "hard deletes: "
                + $"a row of {timeline.RootSchema}.{timeline.RootTable} that has entries there, and a user who caused "
                + "one, cannot be "
                + "deleted. TRUNCATE and DROP TABLE of these, and another type of their key, will fail too, and each "
                + "delete is "
                + "checked. ForeignKeys: false leaves them out");

    private static async Task<IReadOnlyList<string>> MakeAsync(
        VerbContext context, IReadOnlyList<Timeline> timelines, CancellationToken cancellationToken)
    {
        var store = new TimelineStore(
            context.Services.GetRequiredService<DataSources>().For(ConnectionRole.Install),
            context.Services.GetRequiredService<TimeProvider>());
        var warnings = new List<string>();
        foreach (var timeline in timelines)
        {
            warnings.AddRange((await store.PrepareAsync(timeline, cancellationToken))
                .Select(warning => $"Timeline {timeline.Name}: {warning}"));
        }

        return warnings;
    }
}
