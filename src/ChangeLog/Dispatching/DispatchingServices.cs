using ChangeLog.Dispatching.DeadLetters;
using ChangeLog.Postgres;
using ChangeLog.Reading;
using Microsoft.Extensions.DependencyInjection;

namespace ChangeLog.Dispatching;

/// <summary>Adds the handlers' loops, which run once a host starts <see cref="DispatchingService"/>.</summary>
internal static class DispatchingServices
{
    public static IServiceCollection AddDispatching(this IServiceCollection services) =>
        services
            .AddOnHandlersConnection<CursorStore>()
            .AddOnHandlersConnection<TransactionSweep>()
            .AddOnHandlersConnection<DeadLetterStore>()
            .AddOnHandlersConnection<DeadLetterRetry>()
            .AddOnHandlersConnection<HandlerFailureStore>()
            .AddOnHandlersConnection<HandlerRunners>()
            .AddSingleton<RetryRequests>()
            .AddSingleton<Drain>()
            .AddHostedService<DispatchingService>();
}
