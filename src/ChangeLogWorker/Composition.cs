using ChangeLog;
using ChangeLog.Dispatching;
using ChangeLog.Telemetry;
using ChangeLogWorker.Systemd;
using ChangeLogWorker.Terminal;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Systemd;

namespace ChangeLogWorker;

/// <summary>Composes the worker: plain services for a verb that ends, a host for one that stays.</summary>
internal static class Composition
{
    // a page's grace period and its rollback; a handler that ignores cancellation is abandoned. With the last telemetry
    // it stays below 5 s
    private static readonly TimeSpan ShutdownTimeout = DispatchingService.Grace + TimeSpan.FromSeconds(0.7);

    public static ServiceProvider ForVerb(IConfiguration configuration) =>
        new ServiceCollection()
            .AddReadableLogging(configuration, json: false, toStandardError: true)
            .AddChangeLog(configuration)
            .Services.BuildServiceProvider();

    public static IHost ForRun(IConfiguration configuration, bool json)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings
        {
            ApplicationName = "changelog",
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.Configuration.AddConfiguration(configuration);
        builder.Services
            .AddReadableLogging(configuration, json, toStandardError: false)
            .AddTelemetry(configuration)
            .AddSingleton<ISystemdNotifier, SystemdNotifier>()
            .AddSingleton<Watchdog>()
            .AddHostedService<SystemdService>()
            .AddChangeLog(configuration)
            .Services.Configure<HostOptions>(options => options.ShutdownTimeout = ShutdownTimeout);

        // signals cancel the verb's token, as in every other verb
        builder.Services.RemoveAll<IHostLifetime>();
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        return builder.Build();
    }
}
