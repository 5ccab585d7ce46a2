using ChangeLog.Postgres;
using Microsoft.Extensions.DependencyInjection;

namespace ChangeLog.Dispatching.Runtime;

/// <summary>Adds the runtime settings.</summary>
internal static class RuntimeSettingsServices
{
    public static IServiceCollection AddRuntimeSettings(this IServiceCollection services) =>
        services
            .AddSingleton<RuntimeSettings>()
            .AddOnHandlersConnection<RuntimeSettingsStore>()
            .AddHostedService<RuntimeSettingsService>();
}
