using ChangeLog.Capture;
using ChangeLog.Coverage;
using ChangeLog.Handlers.Enrichment;
using ChangeLog.Handlers.LinkCleanup;
using ChangeLog.Hosting;
using ChangeLog.Postgres;
using ChangeLog.Reading;
using ChangeLog.Redaction;
using ChangeLog.Settings;
using ChangeLogWorker.Triggers.Capture;
using ChangeLogWorker.Triggers.Coverage;
using ChangeLogWorker.Triggers.Postgres;
using ChangeLogWorker.Triggers.Redaction;
using ChangeLogWorker.Triggers.Schema;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ChangeLog.Schema;

/// <summary>Adds the installation on start, which must precede everything that works, and the periodic jobs.</summary>
internal static class MaintenanceServices
{
    public static IServiceCollection AddInstallation(this IServiceCollection services) =>
        services
            .AddSingleton(Settings)
            .AddSingleton(provider => new SchemaInstaller(
                provider.GetRequiredService<DataSources>().For(ConnectionRole.Install),
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<IOptions<PartitionsOptions>>().Value.MonthsAhead)
            {
                WaitsFor = provider.GetRequiredService<ILogger<SchemaInstaller>>().WaitsForLock,
            })
            .AddSingleton(provider => new TriggerReconciler(
                provider.GetRequiredService<DataSources>().For(ConnectionRole.Reconcile),
                provider.GetRequiredService<TimeProvider>()))
            .AddSingleton<StartCheck>()
            .AddHostedService<InstallService>();

    public static IServiceCollection AddMaintenance(this IServiceCollection services) =>
        services
            .AddHostedService<HeartbeatService>()
            .AddHostedService<InstallWatch>()
            .AddHostedService<ReconcileService>()
            .AddHostedService(services => services.OnHandlersConnection<PartitionService>())
            .AddHostedService(services => services.OnHandlersConnection<RequestBackfillService>())
            .AddHostedService<SweepService>()
            .AddHostedService<LinkSweepService>();

    private static CaptureSettings Settings(IServiceProvider services)
    {
        var database = services.GetRequiredService<IOptions<ChangeLogOptions>>().Value;
        var platform = services.GetRequiredService<IOptions<PlatformOptions>>().Value;
        var capture = services.GetRequiredService<IOptions<CaptureOptions>>().Value;
        var links = services.GetRequiredService<IOptions<LinksOptions>>().Value;
        var redaction = services.GetRequiredService<IOptions<RedactionOptions>>().Value;
        return new CaptureSettings(
            database.NonLoggedTables,
            database.Schemas,
            capture.LogNoOpUpdates,
            capture.FireAlways,
            new RedactionSettings(
                redaction.Rules is null ? null : [.. redaction.Rules.Select((rule, i) => RedactionRules.Read(rule, i))],
                redaction.SwitchedOff,
                redaction.HashKey))
        {
            UsersTable = platform.UsersTable is not { } users ? null
                : string.IsNullOrWhiteSpace(users) ? CaptureSettings.NoUsers
                : TableName.Parse(users),
            UsersForeignKeys = platform.ForeignKeys,
            Links = links.Policies is null ? null : LinkPolicies.Read(links.Policies),
        };
    }
}
