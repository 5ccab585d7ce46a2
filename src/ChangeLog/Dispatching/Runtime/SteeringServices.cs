using ChangeLog.Postgres;
using Microsoft.Extensions.DependencyInjection;

namespace ChangeLog.Dispatching.Runtime;

/// <summary>Adds what a running worker is told through flags and settings.</summary>
internal static class SteeringServices
{
    public static IServiceCollection AddSteering(this IServiceCollection services) =>
        services
            .AddSingleton<Orders>()
            .AddOnHandlersConnection<OrderStore>()
            .AddHostedService<SteeringService>();
}
