using ChangeLog.Dispatching;
using ChangeLog.Dispatching.Runtime;
using ChangeLog.Handlers;
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

/// <summary>The one entry point for a program that hosts the worker itself.</summary>
public static class ChangeLogServices
{
    /// <summary>Adds everything that the worker does: one line a feature, in the order in which they start.</summary>
    /// <param name="services">Of the host, which starts and stops the worker.</param>
    /// <param name="configuration">With <c>ConnectionStrings:ChangeLog</c> and the section <c>ChangeLog</c>.</param>
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
    /// Handles all that was committed before the call, then returns, without a host: for a job that runs now and then,
    /// and for tests. What <c>changelog run --once</c> does.
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
    /// Once the database is prepared: makes the partitions of the months to come, as a worker that stays does, and
    /// handles all.
    /// </summary>
    internal static async Task DrainAsync(this IServiceProvider services, CancellationToken cancellationToken)
    {
        await services.GetServices<IHostedService>().OfType<PartitionService>().Single().TryOnceAsync(
            cancellationToken);
        await services.GetRequiredService<Drain>().RunUntilDrainedAsync(cancellationToken);
    }

    /// <summary>Whether a service makes the database ready for the others, and can refuse it.</summary>
    internal static bool IsPreparation(IHostedService service) =>
        service is InstallService or TimelineService or RegistrationService;
}
