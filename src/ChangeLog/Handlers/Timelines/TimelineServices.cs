using ChangeLog.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ChangeLog.Handlers.Timelines;

/// <summary>Adds the timelines of <c>ChangeLog:Timelines</c> and their rebuild.</summary>
internal static class TimelineServices
{
    public static IServiceCollection AddTimelines(this IServiceCollection services, IConfiguration configuration) =>
        services
            .AddSingleton(provider => new TimelinePlan(
                configuration, provider.GetRequiredService<IOptions<HandlersOptions>>().Value.BuiltIn))
            .AddSingleton<TimelineCheck>()
            .AddSingleton<TimelineRights>()
            .AddSingleton<TimelineRebuild>()
            .AddHostedService<TimelineService>();
}
