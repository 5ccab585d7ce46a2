using ChangeLog.Dispatching.Watch;
using Microsoft.Extensions.DependencyInjection;

namespace ChangeLog.Notifying;

/// <summary>Adds the listener, the watch's signals and the announcer.</summary>
internal static class ListeningServices
{
    public static IServiceCollection AddListening(this IServiceCollection services) =>
        services
            .AddSingleton<WakeSignals>()
            .AddSingleton<ListenSignal>()
            .AddSingleton<WakeLease>()
            .AddSingleton<Announcer>()
            .AddSingleton<AnnouncerService>()
            .AddHostedService(provider => provider.GetRequiredService<AnnouncerService>())
            .AddHostedService<ListenerService>()
            .AddHostedService<WatchService>();
}
