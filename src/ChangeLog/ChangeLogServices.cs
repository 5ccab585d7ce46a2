using ChangeLog.Dispatching;
using ChangeLog.Dispatching.Runtime;
using ChangeLog.Handlers;
using ChangeLog.Handlers.Enrichment;
using ChangeLog.Handlers.Timelines;
using ChangeLog.Notifying;
using ChangeLog.Postgres;
using ChangeLog.Schema;
using ChangeLog.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace ChangeLog;

/// <summary>The entry point for a program that hosts the worker itself.</summary>
public static class ChangeLogServices
{
    /// <summary>Adds the worker's services, one line per feature, in start order.</summary>
    /// <param name="services">The host's.</param>
    /// <param name="configuration">
    /// Holds <c>ConnectionStrings:ChangeLog</c>, or <c>DATABASE_URL</c>, and section <c>ChangeLog</c>.
    /// </param>
    public static ChangeLogBuilder AddChangeLog(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services
            .AddLogging()
            .AddSettings(configuration)
            .AddConnecting(configuration)
            .AddInstallation()
            .AddHandlers(configuration)
            .AddRuntimeSettings()
            .AddListening()
            .AddDispatching()
            .AddMaintenance();
        return new ChangeLogBuilder(services);
    }

    /// <summary>
    /// Handles everything committed before the call, then returns; needs no host. For scheduled jobs and tests; it is
    /// what <c>changelog run --once</c> does.
    /// </summary>
    public static async Task RunChangeLogOnceAsync(
        this IServiceProvider services, CancellationToken cancellationToken = default)
    {
        foreach (var service in services.GetServices<IHostedService>().Where(IsPreparation))
        {
            await service.StartAsync(cancellationToken);
        }

        await services.DrainAsync(cancellationToken);
    }

    /// <summary>
    /// Creates the coming months' partitions, drains every handler, and completes what earlier versions have enriched;
    /// the database must be prepared.
    /// </summary>
    internal static async Task DrainAsync(this IServiceProvider services, CancellationToken cancellationToken)
    {
        await services.GetServices<IHostedService>().OfType<PartitionService>().Single().TryOnceAsync(
            cancellationToken);
        await services.GetRequiredService<Drain>().RunUntilDrainedAsync(cancellationToken);
        await services.GetServices<IHostedService>().OfType<RequestBackfillService>().Single().TryOnceAsync(
            cancellationToken);
    }

    /// <summary>Whether a service prepares the database for the others, and may refuse it.</summary>
    internal static bool IsPreparation(IHostedService service) =>
        service is InstallService or TimelineService or RegistrationService;
}
