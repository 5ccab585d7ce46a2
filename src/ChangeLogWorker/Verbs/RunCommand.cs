using System.CommandLine;
using ChangeLog;
using ChangeLog.Dispatching;
using ChangeLog.Telemetry;
using ChangeLogWorker.Systemd;
using ChangeLogWorker.Terminal;
using ChangeLogWorker.Triggers.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ChangeLogWorker.Verbs;

/// <summary><c>run</c>: installs if allowed, then works until stopped, or until nothing is left with --once.</summary>
internal static class RunCommand
{
    private static readonly Option<bool> Once = new("--once")
    {
        Description = "Return when everything committed before the start has been handled",
    };

    public static Verb Create() =>
        new Verb(
            "run",
            "Work until stopped; installs or upgrades first, if InstallOnStart and the rights allow",
            "changelog run",
            "changelog run --once                       handle what is there, then return")
        {
            Once,
        }.Does(RunAsync);

    public static void MakeDefaultOf(RootCommand root)
    {
        root.Add(Once);
        root.SetAction((parsed, cancellationToken) => VerbRunner.RunAsync(parsed, RunAsync, cancellationToken));
    }

    private static async Task<int> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        using var host = Composition.ForRun(context.Configuration, context.Output.Json);
        var logger = host.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(RunCommand).FullName!);
        var telemetry = host.Services.GetRequiredService<TelemetryShutdown>();
        var isOnce = context.Has(Once);
        foreach (var service in host.Services.GetServices<IHostedService>()
            .Where(service => ChangeLogServices.IsPreparation(service) || (service is SystemdService && !isOnce)))
        {
            // before the host, which would log a failure that the verb reports as a message
            await service.StartAsync(cancellationToken);
        }

        if (isOnce)
        {
            try
            {
                await host.Services.DrainAsync(cancellationToken);
                logger.Drained();
                return ExitCode.Done;
            }
            finally
            {
                telemetry.IsUnhurried = !cancellationToken.IsCancellationRequested;
            }
        }

        await host.RunAsync(cancellationToken);
        logger.Stopped();
        return cancellationToken.IsCancellationRequested
            ? ExitCode.Done
            : throw DownIn(host) ?? (Exception)new RefusedException(
                "The worker stopped by itself; see its log.", ExitCode.Failed);
    }

    private static HandlerDownException? DownIn(IHost host) =>
        host.Services.GetServices<IHostedService>()
            .OfType<BackgroundService>()
            .SelectMany(service => service.ExecuteTask?.Exception?.InnerExceptions ?? [])
            .OfType<HandlerDownException>()
            .FirstOrDefault();
}
