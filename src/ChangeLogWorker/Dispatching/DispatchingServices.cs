using ChangeLogWorker.Changes;
using Microsoft.Extensions.DependencyInjection;

namespace ChangeLogWorker.Dispatching;

/// <summary>Adds the handlers' loops; the loops run once a host starts <see cref="DispatchingService"/>.</summary>
internal static class DispatchingServices
{
    public static IServiceCollection AddDispatching(this IServiceCollection services) =>
        services
            .AddSingleton<CursorStore>()
            .AddSingleton<TransactionSweep>()
            .AddSingleton<DeadLetterStore>()
            .AddSingleton<DeadLetterRetry>()
            .AddSingleton<RetryRequests>()
            .AddSingleton<HandlerFailureStore>()
            .AddSingleton<HandlerLoops>()
            .AddSingleton<OnceRunner>()
            .AddHostedService<DispatchingService>();
}
