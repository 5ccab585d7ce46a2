using System.Security.Cryptography;
using ChangeLog.Postgres;
using ChangeLogWorker.Demo.Server;
using Npgsql;

namespace ChangeLogWorker.Demo;

/// <summary>A private PostgreSQL with the shop, before ChangeLog is installed; removed on disposal.</summary>
internal sealed class DemoEnvironment : IAsyncDisposable
{
    // durable like a real server: the latencies shown are those of commits on disk
    private static readonly Dictionary<string, string> ServerSettings = new() { ["max_connections"] = "50" };

    private readonly EmbeddedPostgres _server;

    private DemoEnvironment(EmbeddedPostgres server, NpgsqlDataSource log, NpgsqlDataSource application)
    {
        _server = server;
        Log = log;
        Application = application;
    }

    public string ConnectionString => _server.ConnectionString(Shop.Database);

    public string ServerVersion => _server.Version;

    /// <summary>Connection string for psql, to join in.</summary>
    public string Address => _server.Address(Shop.Database);

    /// <summary>For readers of the log.</summary>
    public NpgsqlDataSource Log { get; }

    /// <summary>For the people in the shop: an ordinary role, which knows only its own schema.</summary>
    public NpgsqlDataSource Application { get; }

    public static async Task<DemoEnvironment> CreateAsync(string? binDirectory, CancellationToken cancellationToken)
    {
        var server = await EmbeddedPostgres.StartAsync(binDirectory, ServerSettings, cancellationToken);
        try
        {
            await using (var maintenance = NpgsqlDataSource.Create(server.ConnectionString()))
            {
                await maintenance.CreateCommand($"create database {Shop.Database}").ExecuteAsync([], cancellationToken);
            }

            var password = RandomNumberGenerator.GetHexString(32, lowercase: true);
            var log = Connect(server, "changelog/demo", "postgres", null);
            await Shop.CreateAsync(log, password, cancellationToken);
            return new DemoEnvironment(server, log, Connect(server, "shop", Shop.Role, password));
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Application.DisposeAsync();
        await Log.DisposeAsync();
        await _server.DisposeAsync();
    }

    private static NpgsqlDataSource Connect(EmbeddedPostgres server, string name, string role, string? password)
    {
        var settings = new NpgsqlConnectionStringBuilder(server.ConnectionString(Shop.Database))
        {
            ApplicationName = name,
            Username = role,
        };
        settings.Password = password ?? settings.Password;
        return NpgsqlDataSource.Create(settings);
    }
}
