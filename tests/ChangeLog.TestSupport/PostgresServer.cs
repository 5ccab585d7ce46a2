using System.Globalization;
using ChangeLogWorker.Demo.Server;
using Npgsql;

namespace ChangeLog.TestSupport;

/// <summary>The server of a test process: one that is named, else a container asked for, else a private one.</summary>
/// <remarks>
/// Started by the first test that asks. A private server goes when the process ends, however it ends, and a container
/// when it ends in good order.
/// </remarks>
public sealed class PostgresServer : IAsyncDisposable
{
    private const string Variable = "CHANGELOG_TEST_POSTGRES";

    // several tests run at once for each core; what they leave pooled must fit as well
    private const int MaxConnections = 500;

    private static readonly Lazy<Task<PostgresServer>> Shared = new(StartSharedAsync);

    private readonly Lazy<Task<string>> _template;

    // referenced for as long as the process lives: its pipe closing is what ends the server
    private readonly EmbeddedPostgres? _embedded;

    private PostgresServer(string connectionString, bool isPrivate, EmbeddedPostgres? embedded)
    {
        ConnectionString = connectionString;
        IsPrivate = isPrivate;
        _embedded = embedded;
        _template = new Lazy<Task<string>>(() => TemplateDatabase.CreateAsync(this));
        Admin = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString)
        {
            ApplicationName = "tests/admin",
            MaxPoolSize = 4,
        });
    }

    /// <summary>
    /// A superuser's (or at least a database creator's) connection string to the maintenance database.
    /// </summary>
    public string ConnectionString { get; }

    /// <summary>For what concerns the whole server: databases and roles.</summary>
    public NpgsqlDataSource Admin { get; }

    /// <summary>Whether it goes with this process, and what was made in it as well.</summary>
    public bool IsPrivate { get; }

    public static Task<PostgresServer> GetAsync() => Shared.Value;

    public int Port => new NpgsqlConnectionStringBuilder(ConnectionString).Port;

    /// <summary>
    /// A server of a test's own, for one that would hold up others (an old transaction is in everybody's snapshot),
    /// restarts it or needs settings that the others do not have.
    /// </summary>
    public static async Task<PostgresServer> StartOwnAsync(params (string Name, string Value)[] settings)
    {
        var all = new Dictionary<string, string>(QuickSettings);
        foreach (var (name, value) in settings)
        {
            all[name] = value;
        }

        var embedded = await EmbeddedPostgres.StartAsync(BinDirectory, all, CancellationToken.None);
        return new PostgresServer(embedded.ConnectionString(), isPrivate: true, embedded);
    }

    /// <summary>
    /// Settings of the environment that choose the private server's programs, as the program itself has them.
    /// </summary>
    public static string? BinDirectory => Environment.GetEnvironmentVariable("ChangeLog__Embedded__BinDirectory");

    /// <summary>Settings under which a private server is quick and need not survive a power cut.</summary>
    public static IReadOnlyDictionary<string, string> QuickSettings { get; } = new Dictionary<string, string>
    {
        ["fsync"] = "off",
        ["full_page_writes"] = "off",
        ["max_connections"] = MaxConnections.ToString(CultureInfo.InvariantCulture),
        ["max_wal_size"] = "2GB",
        // what a crashed test left prepared would block the dropping of its database
        ["max_prepared_transactions"] = "0",
    };

    /// <summary>
    /// Stops a server of the test's own as an administrator does, or as a crash does, and starts it again.
    /// </summary>
    public async Task RestartAsync(bool immediate)
    {
        var embedded = _embedded
            ?? throw new InvalidOperationException($"The server of {Variable} is not the tests' own.");
        await embedded.StopAsync(immediate, CancellationToken.None);
        await embedded.StartAsync(CancellationToken.None);
        Admin.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        await Admin.DisposeAsync();
        if (_embedded is not null)
        {
            await _embedded.DisposeAsync();
        }
    }

    /// <summary>Name of the database with everything installed, made once a process.</summary>
    internal Task<string> TemplateAsync() => _template.Value;

    private static async Task<PostgresServer> StartSharedAsync()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named)
        {
            return new PostgresServer(named, isPrivate: false, embedded: null);
        }

        return await PostgresContainer.StartAsync(QuickSettings) is { } container
            ? new PostgresServer(container, isPrivate: true, embedded: null)
            : await StartOwnAsync();
    }
}
