using ChangeLog.Postgres;
using Microsoft.Extensions.DependencyInjection;

namespace ChangeLog.Dispatching.Runtime;

/// <summary>Adds the settings that a running worker follows.</summary>
internal static class RuntimeSettingsServices
{
    public static IServiceCollection AddRuntimeSettings(this IServiceCollection services) =>
        services
            .AddSingleton<RuntimeSettings>()
            .AddOnHandlersConnection<RuntimeSettingsStore>()
            .AddHostedService<RuntimeSettingsService>();
}
