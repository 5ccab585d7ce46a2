using ChangeLogWorker.Configuration;
using ChangeLogWorker.Connecting;
using ChangeLogWorker.Dispatching;
using ChangeLogWorker.Handlers;
using ChangeLogWorker.Listening;
using ChangeLogWorker.Maintenance;
using ChangeLogWorker.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ChangeLogWorker;

/// <summary>The one entry point for a program that hosts the worker itself.</summary>
public static class ChangeLogServices
{
    /// <summary>Adds everything that the worker does: one line a feature, in the order in which they start.</summary>
    public static IServiceCollection AddChangeLog(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        return services
            .AddLogging()
            .AddSettings(configuration)
            .AddTelemetry(configuration)
            .AddConnecting(configuration)
            .AddInstallation()
            .AddHandlers()
            .AddListening()
            .AddDispatching()
            .AddMaintenance();
    }
}
