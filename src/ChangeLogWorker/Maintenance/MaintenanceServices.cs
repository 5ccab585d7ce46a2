using Microsoft.Extensions.DependencyInjection;

namespace ChangeLogWorker.Maintenance;

/// <summary>Adds what the worker does now and then.</summary>
internal static class MaintenanceServices
{
    public static IServiceCollection AddMaintenance(this IServiceCollection services) =>
        services
            .AddHostedService<PartitionService>()
            .AddHostedService<SweepService>()
            .AddHostedService<LagService>();
}
