using ChangeLog.Handlers.Activity;
using ChangeLog.Handlers.Enrichment;
using ChangeLog.Handlers.Indexing;
using ChangeLog.Handlers.LinkCleanup;
using ChangeLog.Handlers.SqlFiles;
using ChangeLog.Handlers.Timelines;
using ChangeLog.Postgres;
using ChangeLog.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ChangeLog.Handlers;

/// <summary>Adds a worker's handlers: built-in, the program's own, and those of <c>ChangeLog:SqlHandlers</c>.</summary>
internal static class HandlerServices
{
    public static IServiceCollection AddHandlers(this IServiceCollection services, IConfiguration configuration) =>
        services
            .AddTimelines(configuration)
            .AddSingleton(provider => new LinkLogin(provider.GetRequiredService<DataSources>().Links))
            .AddSingleton(provider => HandlerSet.Compose(
                [
                    new EnrichHandler(),
                    new IndexHandler(),
                    new ActivityHandler(provider.GetRequiredService<IOptions<ActivityOptions>>().Value),
                    .. provider.GetRequiredService<IOptions<LinksOptions>>().Value.Enabled 
                        ? [new LinkCleanupHandler(provider.GetRequiredService<LinkLogin>())]
                        : Array.Empty<IHandler>(),
                    .. provider.GetRequiredService<TimelinePlan>().Names.Select(name => new TimelineHandler(name)),
                ],
                provider.GetRequiredService<IOptions<HandlersOptions>>().Value.BuiltIn,
                [.. provider.GetServices<IHandler>(), .. SqlHandlerReader.Read(configuration)]))
            .AddHostedService<RegistrationService>();
}
