using Microsoft.Extensions.DependencyInjection;

namespace ChangeLogWorker.Listening;

/// <summary>Adds what wakes the handlers.</summary>
internal static class ListeningServices
{
    public static IServiceCollection AddListening(this IServiceCollection services) =>
        services
            .AddSingleton<WakeUps>()
            .AddHostedService<ListenerService>()
            .AddHostedService<PollService>();
}
