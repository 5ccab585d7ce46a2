using System.Collections.Concurrent;
using ChangeLog.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ChangeLog.Postgres;

/// <summary>One lazily created pool per role; the only place that decides how connections are opened.</summary>
internal sealed class DataSources(IConfiguration configuration, ILoggerFactory loggers) : IAsyncDisposable, IDisposable
{
    private const int AnswerSeconds = 5;

    private const int KeepAliveSeconds = 10;

    private readonly ConcurrentDictionary<ConnectionRole, Lazy<NpgsqlDataSource>> _byRole = new();

    static DataSources() => RawByteEncoding.Register();

    /// <summary>The server's address, for people.</summary>
    public string Address => Server.Of(configuration).Address;

    /// <summary>
    /// The login that clears links of the application's tables; null: none, and no other may stand in for it.
    /// </summary>
    public NpgsqlDataSource? Links =>
        ConnectionSource.Of(configuration, ConnectionText.LinksName) is not null
            ? For(ConnectionRole.Links)
            : null;

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
        SetDeadlines(settings, role);

        settings.Encoding = RawByteEncoding.Name;
        if (settings.Host!.Contains(',', StringComparison.Ordinal) && !IsGiven(settings, "Target Session Attributes"))
        {
            // of several servers, one that can be written to; any can be read from
            settings.TargetSessionAttributes = role is ConnectionRole.Cli ? "prefer-primary" : "primary";
        }

        // a reset would discard our session settings and the cached plans of hot functions
        settings.NoResetOnClose = true;
        // otherwise telemetry would use the connection string as its name
        var builder = new NpgsqlDataSourceBuilder(settings.ConnectionString) { Name = settings.ApplicationName };
        SessionSettings.Apply(builder, role);
        return builder.UseLoggerFactory(loggers).Build();
    }

    private void SetDeadlines(NpgsqlConnectionStringBuilder settings, ConnectionRole role)
    {
        // must notice a silently dead connection within seconds
        var isUrgent = role is ConnectionRole.Listener or ConnectionRole.Doorbell;
        if (isUrgent && !IsGiven(settings, "Timeout"))
        {
            settings.Timeout = AnswerSeconds;
        }

        if (!IsGiven(settings, "Command Timeout"))
        {
            settings.CommandTimeout = CommandTimeout(role) ?? settings.CommandTimeout;
        }

        // ping after 5 s idle, 5 s to answer
        if (role is ConnectionRole.Listener && !IsGiven(settings, "Keepalive"))
        {
            settings.KeepAlive = AnswerSeconds;
        }

        // for those that may wait for ever: the peer may be gone silently. A local socket refuses the option.
        if (!IsGiven(settings, "TCP Keepalive") && !IsLocalSocket(settings.Host!))
        {
            settings.TcpKeepAlive = true;
            settings.TcpKeepAliveTime = KeepAliveSeconds;
            settings.TcpKeepAliveInterval = KeepAliveSeconds;
        }
    }

    private int? CommandTimeout(ConnectionRole role) => role switch
    {
        // a person waits for these and may stop them; a large database takes its time
        ConnectionRole.Install or ConnectionRole.Cli => 0,
        ConnectionRole.Listener or ConnectionRole.Doorbell => AnswerSeconds,
        // the server itself ends a page's statements; this is for a server that no longer responds
        ConnectionRole.Handlers or ConnectionRole.Links => (int)Math.Ceiling(PageTimeout.TotalSeconds) + AnswerSeconds,
        _ => null,
    };

    private TimeSpan PageTimeout => configuration.GetValue(
        $"{HandlersOptions.Section}:{nameof(HandlersOptions.PageTimeout)}", new HandlersOptions().PageTimeout);

    // as Npgsql recognises them; one among several hosts is enough to skip it
    private static bool IsLocalSocket(string hosts) =>
        hosts.Split(',', StringSplitOptions.TrimEntries).Any(host => host.StartsWith('@') || Path.IsPathRooted(host));

    // not ContainsKey, which is true for every known keyword
    private static bool IsGiven(NpgsqlConnectionStringBuilder settings, string keyword) =>
        settings.ShouldSerialize(keyword);

    private NpgsqlConnectionStringBuilder Settings(ConnectionRole role) =>
        (OwnText(role) is { } name ? ConnectionText.Read(configuration, name) : null)
        ?? ConnectionText.Read(configuration);

    private static string? OwnText(ConnectionRole role) => role switch
    {
        // a pooler swallows NOTIFY, so the listener may have a direct connection
        ConnectionRole.Listener => ConnectionText.ListenName,
        ConnectionRole.Links => ConnectionText.LinksName,
        _ => null,
    };
}
