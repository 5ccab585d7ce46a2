using System.Threading.Channels;
using ChangeLog.Postgres;
using Npgsql;

namespace ChangeLogWorker.Demo;

/// <summary>Measures how long after its commit a transaction's details are visible to others.</summary>
/// <remarks>
/// From the writer's client learning of the commit until a reader that polls every millisecond sees details for each of
/// its changes: slightly too high, never too low.
/// </remarks>
internal sealed class LatencyMeter(NpgsqlDataSource database, TimeProvider time, ChannelReader<Commit> commits)
{
    // handled, or not in the log and never to be, since it has only locked rows
    private const string Settled = /* language=sql */
        """
        select x.xid, t.xid is not null
        from unnest($1) x (xid)
        left join logs.transaction t on t.xid = x.xid
        where not exists (
            select
            from logs.change c
            left join logs.change_details d on d.position = c.position and d.logged_at = c.logged_at
            where c.position > t.position
            and c.logged_at = t.logged_at
            and c.xid = t.xid
            and d.position is null
        )
        """;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1);

    private readonly Dictionary<ulong, long> _pending = [];
    private readonly List<TimeSpan> _latencies = [];

    /// <summary>Measures until there are no more commits and all are handled, or until cancelled.</summary>
    public async Task<Latencies> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (_pending.Count > 0 || await commits.WaitToReadAsync(cancellationToken))
            {
                while (commits.TryRead(out var commit))
                {
                    _pending[commit.Xid] = commit.Timestamp;
                }

                await LookAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // what is still pending counts as not handled
        }

        return Latencies.Of(_latencies);
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        var settled = await database.CreateCommand(Settled)
            .RowsAsync(
                row => (Xid: row.GetFieldValue<ulong>(0), IsLogged: row.GetBoolean(1)),
                [Parameter.Xids(_pending.Keys)],
                cancellationToken);
        foreach (var (xid, isLogged) in settled)
        {
            if (_pending.Remove(xid, out var committed) && isLogged)
            {
                _latencies.Add(time.GetElapsedTime(committed));
            }
        }

        if (_pending.Count > 0)
        {
            await Task.Delay(Pause, time, cancellationToken);
        }
    }
}
