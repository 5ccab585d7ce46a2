using ChangeLogWorker.Connecting;
using Microsoft.Extensions.DependencyInjection;

namespace ChangeLogWorker.Steering;

/// <summary>Adds what a running worker is told through flags and settings.</summary>
internal static class SteeringServices
{
    public static IServiceCollection AddSteering(this IServiceCollection services) =>
        services
            .AddSingleton<Orders>()
            .AddOnHandlersConnection<OrderStore>()
            .AddHostedService<SteeringService>();
}
