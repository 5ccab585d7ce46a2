using ChangeLogWorker.Handlers.Enrichment;
using ChangeLogWorker.Handlers.Indexing;
using Microsoft.Extensions.DependencyInjection;

namespace ChangeLogWorker.Handlers;

/// <summary>Adds the built-in handlers.</summary>
internal static class HandlerServices
{
    public static IServiceCollection AddHandlers(this IServiceCollection services) =>
        services
            .AddSingleton<IHandler, EnrichHandler>()
            .AddSingleton<IHandler, IndexHandler>();
}
