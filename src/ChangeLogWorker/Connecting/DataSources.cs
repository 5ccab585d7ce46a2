using System.Collections.Concurrent;
using ChangeLogWorker.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ChangeLogWorker.Connecting;

/// <summary>One pool for each role, made when first asked for; the only place that decides how connections are opened.</summary>
internal sealed class DataSources(IConfiguration configuration, ILoggerFactory loggers) : IAsyncDisposable, IDisposable
{
    // the server ends a statement of a page by itself, and says so; this is for when nothing comes back any more
    private static readonly TimeSpan AnswerGrace = TimeSpan.FromSeconds(5);

    private const int KeepAliveSeconds = 10;

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
        if (!settings.ShouldSerialize("TCP Keepalive"))
        {
            // a connection whose other end is gone without a word is noticed, also where a command may take for ever
            settings.TcpKeepAlive = true;
            settings.TcpKeepAliveTime = KeepAliveSeconds;
            settings.TcpKeepAliveInterval = KeepAliveSeconds;
        }

        // not ContainsKey, which knows every keyword there is
        if (!settings.ShouldSerialize("Command Timeout"))
        {
            settings.CommandTimeout = CommandTimeout(role) ?? settings.CommandTimeout;
        }

        // a reset would throw away the plans of the page functions, which come back every few milliseconds
        settings.NoResetOnClose = role is ConnectionRole.Handlers;
        return new NpgsqlDataSourceBuilder(settings.ConnectionString).UseLoggerFactory(loggers).Build();
    }

    private int? CommandTimeout(ConnectionRole role) => role switch
    {
        // a person waits for these and may stop them; a large database takes its time
        ConnectionRole.Install or ConnectionRole.Cli => 0,
        ConnectionRole.Handlers => (int)Math.Ceiling((PageTimeout + AnswerGrace).TotalSeconds),
        _ => null,
    };

    private TimeSpan PageTimeout => configuration.GetValue(
        $"{HandlersOptions.Section}:{nameof(HandlersOptions.PageTimeout)}", new HandlersOptions().PageTimeout);

    // a pooler hides LISTEN from its clients, so the listener may be given a direct connection
    private NpgsqlConnectionStringBuilder Settings(ConnectionRole role) =>
        role == ConnectionRole.Listener
        && configuration.GetConnectionString(ConnectionText.ListenName) is { Length: > 0 } direct
            ? ConnectionText.Parse(ConnectionText.ListenName, direct)
            : ConnectionText.Parse(ConnectionText.Name, configuration.GetConnectionString(ConnectionText.Name));
}
