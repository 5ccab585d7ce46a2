using System.CommandLine;
using System.Globalization;
using ChangeLog.History.Records;
using ChangeLog.Postgres;
using ChangeLog.Settings;
using ChangeLogWorker.Demo;
using ChangeLogWorker.Terminal;
using ChangeLogWorker.Triggers.Capture;
using ChangeLogWorker.Triggers.Postgres;
using ChangeLogWorker.Triggers.Schema;
using ChangeLogWorker.Verbs.Blame;
using ChangeLogWorker.Verbs.Changes;
using ChangeLogWorker.Verbs.History;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ChangeLogWorker.Verbs;

/// <summary><c>demo</c>: a newcomer's first minute, on a private PostgreSQL that is removed afterwards.</summary>
internal static class DemoCommand
{
    private const int HistoryLimit = 3;
    private const int TimelineLimit = 6;
    private const int LongestDemoSeconds = 86_400;

    private static readonly Option<int?> Seconds = SecondsOption();

    public static Verb Create() =>
        new Verb(
            "demo",
            "See it work: a private PostgreSQL, a small shop, people working in it; removed afterwards",
            "changelog demo                             until Ctrl+C",
            "changelog demo --seconds 10")
        {
            Seconds,
        }.Does(RunAsync);

    private static async Task<int> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        var time = context.Services.GetRequiredService<TimeProvider>();
        var output = context.Output;
        Say(output, "Starting a private PostgreSQL ...");
        await using var environment = await DemoEnvironment.CreateAsync(
            context.Configuration[$"{EmbeddedOptions.Section}:{nameof(EmbeddedOptions.BinDirectory)}"],
            cancellationToken);
        Say(output, $"{environment.ServerVersion}. Installing ChangeLog in the database shop ...");

        await InstallAsync(environment, time, cancellationToken);

        // only the demo's own settings: those for a real database must not reach this one
        using var worker = Composition.ForRun(SettingsFor(environment), json: false);
        await worker.StartAsync(cancellationToken);
        var run = new DemoRun(environment, time);
        await run.WaitForWorkerAsync(
            worker.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping, cancellationToken);
        Introduce(output, environment);

        var length = context.Parsed.GetValue(Seconds) is { } seconds ? TimeSpan.FromSeconds(seconds) : (TimeSpan?)null;
        var feed = new FeedText(output, context.Zone, DemoRun.Everything, follows: true);
        var report = await run.RunAsync(
            length,
            changes =>
            {
                if (!output.Json)
                {
                    feed.Write(changes);
                }
            },
            cancellationToken);
        output.Write(report, _ => SumUp(output, report));
        if (!output.Json)
        {
            await ShowAsync(worker.Services, output, context.Zone, report);
        }

        await worker.StopAsync(CancellationToken.None);
        Say(output, string.Empty, "Everything the demo created has been removed.");
        return ExitCode.Done;
    }

    private static async Task InstallAsync(
        DemoEnvironment environment, TimeProvider time, CancellationToken cancellationToken)
    {
        var report = await new SchemaInstaller(environment.Log, time)
            .InstallAsync(new CaptureSettings(), cancellationToken);
        if (report.Reconcile.Failed is [var failed, ..])
        {
            throw new RefusedException(
                $"The demo's table {failed.Table} could not be captured: {failed.Reason}", ExitCode.Failed);
        }
    }

    private static IConfiguration SettingsFor(DemoEnvironment environment) =>
        new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?>
            {
                [$"ConnectionStrings:{ConnectionText.Name}"] = environment.ConnectionString,
                ["ChangeLog:InstallOnStart"] = "false",
                ["ChangeLog:Timelines:0:Root"] = "shop.orders",
                ["ChangeLog:Timelines:0:StageColumn"] = "status",
                // it would warn that they block deletes
                ["ChangeLog:Timelines:0:ForeignKeys"] = "false",
                ["Logging:LogLevel:Default"] = "Warning",
            })
            .Build();

    private static void Introduce(Output output, DemoEnvironment environment) =>
        Say(
            output,
            string.Empty,
            "People are at work in the shop. What they change, as it arrives (changelog changes --follow).",
            "Change something yourself, in another terminal, and see it here:",
            $"  psql {environment.Address}",
            "Ctrl+C ends it.");

    private static void SumUp(Output output, DemoReport report)
    {
        var latencies = report.Latencies;
        output.Line();
        output.Line(new Span(
            string.Create(
                CultureInfo.InvariantCulture, $"{report.Captured} changes captured, {report.Handled} handled"),
            report.Captured == report.Handled ? TextStyle.Good : TextStyle.Bad));
        output.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"Commit to handled: p50 {latencies.P50.TotalMilliseconds:0.0} ms, p99 "
            + $"{latencies.P99.TotalMilliseconds:0.0} ms"));
        output.Line(new Span(
            string.Create(
                CultureInfo.InvariantCulture,
                $"over {latencies.Count} transactions, from the moment the writer knew of its commit until another"),
            TextStyle.Dim));
        output.Line(new Span(
            "connection, asking every millisecond, could read the details of each of its changes", TextStyle.Dim));
        output.Line();
    }

    private static async Task ShowAsync(
        IServiceProvider services, Output output, TimeZoneInfo zone, DemoReport report)
    {
        if (report.Audit is { } audit)
        {
            new AuditText(output, zone).Write(audit);
        }

        if (report.BusiestOrder is not { } order)
        {
            return;
        }

        await using var connection = await services.GetRequiredService<DataSources>().For(
            ConnectionRole.Cli).OpenConnectionAsync();
        output.Line(new Span($"One order's row, old → new (changelog history shop.orders {order}):", TextStyle.Strong));
        output.Line();
        await HistoryCommand.ShowAsync(
            connection,
            output,
            zone,
            "shop.orders",
            order,
            new HistoryFilter { Limit = HistoryLimit },
            quiet: null,
            CancellationToken.None);
        output.Line();
        output.Line(
            new Span($"Who set each of its values (changelog blame shop.orders {order}):", TextStyle.Strong));
        output.Line();
        await BlameCommand.ShowAsync(connection, output, zone, "shop.orders", order, CancellationToken.None);
        output.Line();
        output.Line(
            new Span($"Its timeline, with its lines (changelog timeline shop.orders {order}):", TextStyle.Strong));
        output.Line();
        await TimelineCommand.ShowAsync(
            connection, output, zone, "shop.orders", order, TimelineLimit, CancellationToken.None);
    }

    private static void Say(Output output, params IEnumerable<string> lines)
    {
        foreach (var line in output.Json ? [] : lines)
        {
            output.Line(line);
        }
    }

    private static Option<int?> SecondsOption()
    {
        var option = new Option<int?>("--seconds")
        {
            Description = "Stop after this many seconds; otherwise on Ctrl+C",
            HelpName = "n",
        };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1
                && (!int.TryParse(result.Tokens[0].Value, out var seconds) || seconds is < 1 or > LongestDemoSeconds))
            {
                result.AddError($"--seconds must be an integer from 1 to {LongestDemoSeconds}");
            }
        });
        return option;
    }
}
