using System.Collections.Concurrent;
using ChangeLog.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ChangeLog.Postgres;

/// <summary>
/// One pool for each role, made when first asked for; the only place that decides how connections are opened.
/// </summary>
internal sealed class DataSources(IConfiguration configuration, ILoggerFactory loggers) : IAsyncDisposable, IDisposable
{
    private const int AnswerSeconds = 5;

    private const int KeepAliveSeconds = 10;

    private readonly ConcurrentDictionary<ConnectionRole, Lazy<NpgsqlDataSource>> _byRole = new();

    static DataSources() => RawByteEncoding.Register();

    /// <summary>Where the server is, for people.</summary>
    public string Address => Server.Of(configuration).Address;

    /// <summary>
    /// The login that clears links of the application's tables; null: none is named, and no other may stand in for it.
    /// </summary>
    public NpgsqlDataSource? Links =>
        configuration.GetConnectionString(ConnectionText.LinksName) is { Length: > 0 }
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
            // of several servers one can be written to; what is recorded can be read from any
            settings.TargetSessionAttributes = role is ConnectionRole.Cli ? "prefer-primary" : "primary";
        }

        // a reset would throw away what a session of ours begins with, and the plans of functions that are called all
        // the time
        settings.NoResetOnClose = true;
        // in telemetry its name stands for it, which would be the connection string
        var builder = new NpgsqlDataSourceBuilder(settings.ConnectionString) { Name = settings.ApplicationName };
        SessionSettings.Apply(builder, role);
        return builder.UseLoggerFactory(loggers).Build();
    }

    private void SetDeadlines(NpgsqlConnectionStringBuilder settings, ConnectionRole role)
    {
        // a connection that died silently says nothing for ever: these are the two that must notice within seconds
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

        // for those that may wait for ever: the other end may be gone without a word. A local socket refuses the
        // option.
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
        // the server ends a statement of a page by itself, and says so; this is for when nothing comes back any more
        ConnectionRole.Handlers or ConnectionRole.Links => (int)Math.Ceiling(PageTimeout.TotalSeconds) + AnswerSeconds,
        _ => null,
    };

    private TimeSpan PageTimeout => configuration.GetValue(
        $"{HandlersOptions.Section}:{nameof(HandlersOptions.PageTimeout)}", new HandlersOptions().PageTimeout);

    // as Npgsql tells them apart; one among several hosts is enough to do without
    private static bool IsLocalSocket(string hosts) =>
        hosts.Split(',', StringSplitOptions.TrimEntries).Any(host => host.StartsWith('@') || Path.IsPathRooted(host));

    // not ContainsKey, which is true of every keyword there is
    private static bool IsGiven(NpgsqlConnectionStringBuilder settings, string keyword) =>
        settings.ShouldSerialize(keyword);

    private NpgsqlConnectionStringBuilder Settings(ConnectionRole role) =>
        OwnText(role) is { } name && configuration.GetConnectionString(name) is { Length: > 0 } own
            ? ConnectionText.Parse(name, own)
            : ConnectionText.Parse(ConnectionText.Name, configuration.GetConnectionString(ConnectionText.Name));

    private static string? OwnText(ConnectionRole role) => role switch
    {
        // a pooler hides LISTEN from its clients, so the listener may be given a direct connection
        ConnectionRole.Listener => ConnectionText.ListenName,
        ConnectionRole.Links => ConnectionText.LinksName,
        _ => null,
    };
}
