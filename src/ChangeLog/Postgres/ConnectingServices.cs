using ChangeLog.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ChangeLog.Postgres;

/// <summary>Adds the data sources.</summary>
/// <remarks>No bare <see cref="NpgsqlDataSource"/>: that is the host's, and may be of another database.</remarks>
internal static class ConnectingServices
{
    // it logs each statement as information, and a worker runs several a second; first in the list, so that configured
    // rules for Npgsql win
    private static readonly LoggerFilterRule QuietNpgsql = new(null, "Npgsql", LogLevel.Warning, null);

    public static IServiceCollection AddConnecting(this IServiceCollection services, IConfiguration configuration) =>
        services
            .AddSingleton(provider =>
                new DataSources(configuration, provider.GetRequiredService<ILoggerFactory>()))
            .AddSingleton<Pulse>()
            .AddSingleton<StartupRetry>()
            .Configure<LoggerFilterOptions>(filter => filter.Rules.Insert(0, QuietNpgsql));

    /// <summary>Adds a service that takes the handlers' data source.</summary>
    public static IServiceCollection AddOnHandlersConnection<TService>(this IServiceCollection services)
        where TService : class =>
        services.AddSingleton(OnHandlersConnection<TService>);

    /// <summary>Creates a service that takes the handlers' data source.</summary>
    public static TService OnHandlersConnection<TService>(this IServiceProvider services) =>
        ActivatorUtilities.CreateInstance<TService>(
            services, services.GetRequiredService<DataSources>().For(ConnectionRole.Handlers));
}
