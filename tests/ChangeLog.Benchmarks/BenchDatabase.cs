using ChangeLog.Notifying;
using ChangeLog.TestSupport;
using ChangeLogWorker.Demo.Server;
using ChangeLogWorker.Triggers.Capture;
using ChangeLogWorker.Triggers.Postgres;
using ChangeLogWorker.Triggers.Schema;
using Npgsql;

namespace ChangeLog.Benchmarks;

/// <summary>A private server with production settings (durable commits) and ChangeLog installed.</summary>
internal sealed class BenchDatabase : IAsyncDisposable
{
    /// <summary>The columns beside the key of the wide table that capture is measured with.</summary>
    public const string WideColumns =
        """
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now(),
        deleted_at timestamptz,
        updated_at_sync_tick bigint not null default 0,
        first_name text,
        last_name text,
        email text,
        status text,
        amount numeric(12, 2),
        quantity integer,
        active boolean,
        birth date,
        notes text,
        ref_id uuid
        """;

    private readonly EmbeddedPostgres _server;

    private BenchDatabase(EmbeddedPostgres server)
    {
        _server = server;
        ConnectionString = server.ConnectionString();
        DataSource = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(ConnectionString) { ApplicationName = "benchmark", CommandTimeout = 0 });
    }

    public string ConnectionString { get; }

    public NpgsqlDataSource DataSource { get; }

    public string ServerVersion => _server.Version;

    public static async Task<BenchDatabase> StartAsync(params (string Name, string Value)[] more)
    {
        var settings = new Dictionary<string, string>
        {
            ["shared_buffers"] = "1GB",
            ["max_wal_size"] = "8GB",
            ["checkpoint_timeout"] = "15min",
            ["max_connections"] = "100",
            ["track_commit_timestamp"] = "on",
        };
        foreach (var (name, value) in more)
        {
            settings[name] = value;
        }

        var server = await EmbeddedPostgres.StartAsync(PostgresServer.BinDirectory, settings, CancellationToken.None);
        var database = new BenchDatabase(server);
        await new SchemaInstaller(database.DataSource, TimeProvider.System).InstallAsync(
            new CaptureSettings(null, null, false, false), CancellationToken.None);
        return database;
    }

    public Task ExecuteAsync(string sql) => DataSource.ExecuteAsync(sql);

    /// <summary>A table of 15 columns that refers to another, as the drain and the latency are measured with.</summary>
    public Task CreateOrdersAsync() =>
        ExecuteAsync(
            """
            create table public.customer (id integer primary key, name text not null);
            insert into public.customer select g, 'customer ' || g from generate_series(1, 1000) g;
            create table public.orders (
                id bigint generated always as identity primary key,
                customer_id integer not null references public.customer,
                status text not null default 'new',
                total numeric(12, 2) not null default 0,
                currency char(3) not null default 'EUR',
                paid boolean not null default false,
                reference uuid not null default gen_random_uuid(),
                note text,
                street text not null default '1 Long Street',
                city text not null default 'Springfield',
                weight double precision not null default 1.5,
                tags text[] not null default '{a,b}',
                extra jsonb not null default '{"channel": "web"}',
                created_at timestamptz not null default now(),
                updated_at timestamptz not null default now())
            """);

    public RunningProgram StartWorker(params string[] arguments) =>
        ChangeLogProgram.Start(ConnectionString, ["run", .. arguments]);

    /// <summary>A worker that works in a notification mode, and has said so.</summary>
    public async Task<RunningProgram> StartWorkerAsync(NotificationMode mode)
    {
        var worker = ChangeLogProgram.Start(
            ConnectionString,
            ["run"],
            new Dictionary<string, string?> { ["ChangeLog__Notifications__Mode"] = mode.ToString() });
        await worker.WaitForOutputAsync($"Notification mode {mode}");
        return worker;
    }

    /// <summary>Waits until every handler has a cursor and nothing lies beyond it.</summary>
    public Task WaitUntilHandledAsync() =>
        Eventually.TrueAsync(
            "every handler has handled everything",
            () => DataSource.ScalarAsync<bool>(
                "select exists (select from changelog.cursor) and not exists (select from changelog.handler_behind)"),
            TimeSpan.FromMinutes(10));

    public async ValueTask DisposeAsync()
    {
        await DataSource.DisposeAsync();
        await _server.DisposeAsync();
    }
}
