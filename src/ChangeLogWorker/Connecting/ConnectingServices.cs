using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ChangeLogWorker.Connecting;

/// <summary>Adds the data sources; who asks for a bare <see cref="NpgsqlDataSource"/> gets the handlers'.</summary>
internal static class ConnectingServices
{
    public static IServiceCollection AddConnecting(this IServiceCollection services, IConfiguration configuration) =>
        services
            .AddSingleton(provider =>
                new DataSources(configuration, provider.GetRequiredService<ILoggerFactory>()))
            .AddSingleton(provider => provider.GetRequiredService<DataSources>().For(ConnectionRole.Handlers));
}
