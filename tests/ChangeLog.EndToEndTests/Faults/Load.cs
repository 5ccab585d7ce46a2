using ChangeLog.TestSupport;
using Npgsql;

namespace ChangeLog.EndToEndTests.Faults;

/// <summary>Writers that go on whatever happens to the server, and know exactly what they have committed.</summary>
internal sealed class Load : IAsyncDisposable
{
    // a writer's transactions have its own range of ids
    internal const long IdsPerWriter = 1_000_000;

    // a few of thousands of findings are enough
    private const int Shown = 10;

    private readonly CancellationTokenSource _stop = new();
    private readonly TestDatabase _database;
    private readonly List<Writer> _writers;
    private readonly Task _running;

    private Load(TestDatabase database, NpgsqlDataSource source, int writers, Random random)
    {
        _database = database;
        _writers = [.. Enumerable.Range(0, writers).Select(n => new Writer(source, n, new Random(random.Next())))];
        _running = Task.WhenAll(_writers.Select(writer => writer.WriteAsync(_stop.Token)));
    }

    /// <summary>Transactions known to be committed so far.</summary>
    public int Committed => _writers.Sum(writer => writer.Committed.Count);

    /// <summary>Times that a writer was told of anything but success.</summary>
    public IReadOnlyList<string> Failures => [.. _writers.SelectMany(writer => writer.Failures)];

    /// <summary>Makes the tables, and drops the key of the details, so that a second row would show.</summary>
    public static async Task PrepareAsync(TestDatabase database, int writers = 4)
    {
        await database.ExecuteAsync(
            """
            alter table logs.change_details drop constraint change_details_pkey;
            insert into changelog.exclusion (pattern, schema_like, table_like) values ('public.seen', 'public', 'seen');
            create table public.seen (position bigint not null);
            create table public.entry (id bigint primary key, note text not null);
            create table public.tally (writer integer primary key, n integer not null);
            """);
        await database.ExecuteAsync("insert into public.tally select g, 0 from generate_series(0, $1 - 1) g", writers);
    }

    /// <summary>Undoes what <see cref="PrepareAsync"/> did to the details; fails where a change has two rows.</summary>
    public static Task<int> PutBackKeyAsync(TestDatabase database) => database.ExecuteAsync(
        "alter table logs.change_details add constraint change_details_pkey primary key (position, logged_at)");

    /// <summary>Starts the writers; through names another way to the database than the test's own.</summary>
    public static Load Start(TestDatabase database, Random random, int writers = 4, NpgsqlDataSource? through = null) =>
        new(database, through ?? database.DataSource, writers, random);

    /// <summary>Prepares, then starts.</summary>
    public static async Task<Load> StartAsync(TestDatabase database, Random random, int writers = 4)
    {
        await PrepareAsync(database, writers);
        return Start(database, random, writers);
    }

    /// <summary>Waits for that many more commits: a unit of time that stretches on a slow machine.</summary>
    public async Task GoOnAsync(int transactions)
    {
        var before = Committed;
        await Eventually.ValueAsync(
            $"{transactions} more transactions are committed",
            () => Task.FromResult(Committed),
            now => now >= before + transactions || _running.IsCompleted,
            TimeSpan.FromSeconds(120));
    }

    /// <summary>Stops the writers after their current transaction; throws what one could not recover from.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _running;
    }

    /// <summary>Waits until the workers have handled everything; fails with their output if they never do.</summary>
    public async Task DrainAsync(WorkerFleet workers)
    {
        if (workers.Workers.Count == 0)
        {
            workers.Start();
        }

        try
        {
            await Eventually.TrueAsync(
                "all is handled", () => _database.ScalarAsync<bool>(Ledger.Drained), TimeSpan.FromSeconds(120));
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException(
                $"{late.Message} {string.Join(' ', await FindingsAsync())}\n{workers.Said}", late);
        }
    }

    /// <summary>What the tables, the log or the derived tables do not have exactly as the writers know it.</summary>
    public async Task<IReadOnlyList<string>> FindingsAsync()
    {
        long[] committed = [.. _writers.SelectMany(writer => writer.Committed)];
        return
        [
            .. (await _database.LinesAsync(Ledger.Tables, committed)).Take(Shown),
            .. (await _database.LinesAsync(Ledger.Log)).Take(Shown),
            .. (await _database.LinesAsync(Ledger.Transactions)).Take(Shown),
            .. (await _database.LinesAsync(Ledger.Details)).Take(Shown),
            .. (await _database.LinesAsync(Ledger.Seen)).Take(Shown),
        ];
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }
}
