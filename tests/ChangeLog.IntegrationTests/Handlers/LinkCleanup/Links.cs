using ChangeLog.Handlers;
using ChangeLog.Handlers.LinkCleanup;
using ChangeLog.IntegrationTests.Dispatching;
using ChangeLog.IntegrationTests.Schema;
using ChangeLog.TestSupport;
using ChangeLogWorker.Triggers.Capture;
using Npgsql;
using Xunit;

namespace ChangeLog.IntegrationTests.Handlers.LinkCleanup;

/// <summary>Shorthands of the tests of links.</summary>
internal static class Links
{
    public const string Ann = "11111111-1111-4111-8111-111111111111";
    public const string Bo = "22222222-2222-4222-8222-222222222222";

    public static CaptureSettings Settings(params string[] policies) =>
        Installs.Defaults with { Links = LinkPolicies.Read(policies) };

    /// <summary>Two students, and tables that may link to them; none of these is empty.</summary>
    public static async Task<TestDatabase> CreateAsync(params string[] policies)
    {
        var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(
            $"""
            create table public.students (id uuid primary key, deleted_at timestamptz);
            insert into public.students values ('{Ann}'), ('{Bo}');
            create table public.notes (id integer primary key, linked_table varchar(100), linked_id uuid);
            create index on public.notes (linked_table, linked_id);
            create table public.tasks (id integer primary key, linked_table text, linked_id text)
            """);
        await CleanerLogin.EnsureAsync(database.DataSource);
        await database.DataSource.ReconcileAsync(Settings(policies));
        return database;
    }

    /// <summary>A worker of the handler alone.</summary>
    public static Worker Cleaner(this NpgsqlDataSource database, IHandler? handler = null) =>
        new(database, 1000, 10_000, handler ?? new LinkCleanupHandler(database.Login()));

    /// <summary>The login that clears links of the application's tables in a database.</summary>
    public static LinkLogin Login(this NpgsqlDataSource database) => new(database.AsCleaner());

    /// <summary>Sessions of that login; nothing of it is kept open.</summary>
    public static NpgsqlDataSource AsCleaner(this NpgsqlDataSource database) => NpgsqlDataSource.Create(
        new NpgsqlConnectionStringBuilder(
            CleanerLogin.ConnectionString(database.ConnectionString)) { Pooling = false });

    /// <summary>All that was committed is handled.</summary>
    public static async Task CleanAsync(this TestDatabase database)
    {
        await using var worker = database.DataSource.Cleaner();
        await worker.RegisterAsync();
        await worker.DrainAsync();
    }

    public static async Task<IReadOnlyList<LinkTableReport>> SweepAsync(
        this NpgsqlDataSource database, bool isPlan = false, LinkLogin? login = null)
    {
        await using var connection = await database.OpenConnectionAsync();
        var sweep = new LinkSweep(connection, login ?? database.Login());
        return await sweep.RunAsync(
            await sweep.TablesAsync(TestContext.Current.CancellationToken),
            isPlan,
            () => Task.CompletedTask,
            TestContext.Current.CancellationToken);
    }

    /// <summary>The rights for tables that came after the reconcile.</summary>
    public static Task<IReadOnlyList<string>> GrantAsync(this NpgsqlDataSource database) =>
        database.LinesAsync("select * from changelog.grant_link_rights()");

    public static Task<IReadOnlyList<string>> RowsAsync(this TestDatabase database, string table) =>
        database.LinesAsync($"select id, linked_table, linked_id from {table} order by id");

    /// <summary>What the daemon itself has changed: table, operation, the row before and after.</summary>
    public static Task<IReadOnlyList<string>> DoneAsync(this TestDatabase database) => database.LinesAsync(
        """
        select c.table_name, c.op, c.record_id, c.previous_data ->> 'linked_table', t.context ->> 'reason'
        from logs.change c
        join logs.transaction t using (xid, logged_at)
        where t.actor_id = 'changelog'
        order by c.position
        """);
}
