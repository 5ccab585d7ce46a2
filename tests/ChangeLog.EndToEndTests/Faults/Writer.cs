using ChangeLog.TestSupport;
using Npgsql;

namespace ChangeLog.EndToEndTests.Faults;

/// <summary>
/// One writer: an insert and an update a transaction, now and then undone; asks the database where it was not told.
/// </summary>
internal sealed class Writer(NpgsqlDataSource source, int number, Random random)
{
    private const int UndoneInHundred = 5;
    private const int LongestPause = 12;

    private static readonly TimeSpan Reconnect = TimeSpan.FromMilliseconds(50);

    private readonly List<long> _committed = [];
    private readonly List<string> _failures = [];

    /// <summary>The ids of its transactions that are committed; whole once it has ended.</summary>
    public IReadOnlyCollection<long> Committed => Locked(_committed);

    public IReadOnlyList<string> Failures => Locked(_failures);

    public async Task WriteAsync(CancellationToken stop)
    {
        for (var id = number * Load.IdsPerWriter; !stop.IsCancellationRequested; id++)
        {
            if (await IsCommittedAsync(id))
            {
                Add(_committed, id);
            }

            await FaultTests.MomentAsync(random, LongestPause);
        }
    }

    private async Task<bool> IsCommittedAsync(long id)
    {
        try
        {
            return await TryAsync(id);
        }
        catch (NpgsqlException error)
        {
            Add(_failures, $"{id}: {error.Message} {error.InnerException?.Message}");
            return await WasCommittedAsync(id);
        }
    }

    private async Task<bool> TryAsync(long id)
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await connection.ExecuteAsync(
            "select changelog.set_context(jsonb_build_object('actor_id', $1::text))", $"{number}");
        await connection.ExecuteAsync("insert into public.entry values ($1, 'n')", id);
        await connection.ExecuteAsync("update public.tally set n = n + 1 where writer = $1", number);
        if (random.Next(100) < UndoneInHundred)
        {
            await transaction.RollbackAsync();
            return false;
        }

        await transaction.CommitAsync();
        return true;
    }

    // the connection was lost, perhaps on the way back from the commit: only the database knows, once it is there again
    private async Task<bool> WasCommittedAsync(long id)
    {
        while (true)
        {
            try
            {
                return await source.ScalarAsync<bool>("select exists (select from public.entry where id = $1)", id);
            }
            catch (NpgsqlException)
            {
                await Task.Delay(Reconnect, TimeProvider.System);
            }
        }
    }

    private static void Add<T>(List<T> list, T item)
    {
        lock (list)
        {
            list.Add(item);
        }
    }

    private static T[] Locked<T>(List<T> list)
    {
        lock (list)
        {
            return [.. list];
        }
    }
}
