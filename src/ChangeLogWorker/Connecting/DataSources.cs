using System.Collections.Concurrent;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ChangeLogWorker.Connecting;

/// <summary>One pool for each role, made when first asked for; the only place that decides how connections are opened.</summary>
internal sealed class DataSources(IConfiguration configuration, ILoggerFactory loggers) : IAsyncDisposable, IDisposable
{
    private const int AnswerSeconds = 5;

    private readonly ConcurrentDictionary<ConnectionRole, Lazy<NpgsqlDataSource>> _byRole = new();

    /// <summary>Where the server is, for people.</summary>
    public string Address => Server.Of(configuration).Address;

    public NpgsqlDataSource For(ConnectionRole role) =>
        _byRole.GetOrAdd(role, _ => new Lazy<NpgsqlDataSource>(() => Build(role))).Value;

    public async ValueTask DisposeAsync()
    {
        foreach (var source in _byRole.Values.Where(source => source.IsValueCreated))
        {
            await source.Value.DisposeAsync();
        }
    }

    public void Dispose()
    {
        foreach (var source in _byRole.Values.Where(source => source.IsValueCreated))
        {
            source.Value.Dispose();
        }
    }

    private NpgsqlDataSource Build(ConnectionRole role)
    {
        var settings = Settings(role);
        settings.ApplicationName = $"changelog/{role.ToString().ToLowerInvariant()}";
        settings.PersistSecurityInfo = false;
        if (role is ConnectionRole.Install or ConnectionRole.Cli && !settings.ContainsKey("Command Timeout"))
        {
            // a person waits for these and may stop them; a large database takes its time
            settings.CommandTimeout = 0;
        }

        SetDeadlines(settings, role);

        // a reset would throw away the plans of functions that are called every few milliseconds
        settings.NoResetOnClose = role is ConnectionRole.Handlers or ConnectionRole.Doorbell;
        return new NpgsqlDataSourceBuilder(settings.ConnectionString).UseLoggerFactory(loggers).Build();
    }

    // a connection that died silently says nothing for ever: these are the two that must notice within seconds
    private static void SetDeadlines(NpgsqlConnectionStringBuilder settings, ConnectionRole role)
    {
        if (role is not (ConnectionRole.Listener or ConnectionRole.Doorbell))
        {
            return;
        }

        if (!settings.ContainsKey("Timeout"))
        {
            settings.Timeout = AnswerSeconds;
        }

        if (!settings.ContainsKey("Command Timeout"))
        {
            settings.CommandTimeout = AnswerSeconds;
        }

        // a ping after so long a silence, and as long for its answer
        if (role is ConnectionRole.Listener && !settings.ContainsKey("Keepalive"))
        {
            settings.KeepAlive = AnswerSeconds;
        }
    }

    // a pooler hides LISTEN from its clients, so the listener may be given a direct connection
    private NpgsqlConnectionStringBuilder Settings(ConnectionRole role) =>
        role == ConnectionRole.Listener
        && configuration.GetConnectionString(ConnectionText.ListenName) is { Length: > 0 } direct
            ? ConnectionText.Parse(ConnectionText.ListenName, direct)
            : ConnectionText.Parse(ConnectionText.Name, configuration.GetConnectionString(ConnectionText.Name));
}
