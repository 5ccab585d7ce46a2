using Npgsql;

namespace ChangeLogWorker.Triggers.Postgres;

/// <summary>Names the holder of a lock that an install or uninstall waits for.</summary>
/// <remarks>
/// A second session looks, since a waiting one cannot. Each holder is passed to <paramref name="waitsFor"/> once.
/// </remarks>
internal sealed class LockWatch(NpgsqlDataSource dataSource, TimeProvider timeProvider, Action<string>? waitsFor)
{
    // without the right to read statistics there is no time
    private const string Holders = /* language=sql */
        """
        select case
                   when b.pid = 0 then 'a prepared transaction (pg_prepared_xacts)'
                   else format('process %s', b.pid)
                       || coalesce(format(' of %s', a.usename), '')
                       || coalesce(format(', application %s', nullif(a.application_name, '')), '')
                       || coalesce(
                           format(
                               ', since %s',
                               to_char(a.xact_start at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS "UTC"')),
                           '')
                       || format(' (to end it: select pg_terminate_backend(%s))', b.pid)
               end
        from (select distinct unnest(pg_blocking_pids($1))) b (pid)
        left join pg_stat_activity a on a.pid = b.pid
        order by b.pid
        """;

    private const string Backend =
        /* language=sql */ "select pg_backend_pid()";

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private int _waiting;

    private string? _holders;

    /// <summary>Runs something that may wait for a lock, and refuses with a sentence if it was not acquired.</summary>
    /// <exception cref="RefusedException">Another session holds a lock; the message says which.</exception>
    public async Task<T> RunAsync<T>(string verb, Func<Task<T>> act, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var looking = LookAsync(stop.Token);
        try
        {
            return await act();
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            throw new RefusedException(
                $"Another session holds a lock that the {verb} needs, nothing was changed: {e.MessageText}. "
                + (_holders is null
                    ? "Find it in pg_stat_activity, then retry."
                    : $"It is held by {_holders}. Retry."),
                1);
        }
        finally
        {
            await stop.CancelAsync();
            await looking;
        }
    }

    /// <summary>Watches this session from now on.</summary>
    public async Task AttachAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        _waiting = await connection.ScalarAsync(Backend, cancellationToken) is int backend ? backend : 0;

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var timer = new PeriodicTimer(Interval, timeProvider);
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                if (_waiting != 0 && await HoldersAsync(cancellationToken) is { Count: > 0 } holders)
                {
                    var named = string.Join(" and ", holders);
                    if (named != _holders)
                    {
                        _holders = named;
                        waitsFor?.Invoke(named);
                    }
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or NpgsqlException)
        {
            // the query is only informational; without a second connection nobody can be named
        }
    }

    private async Task<List<string>> HoldersAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return await connection.LinesAsync(Holders, [Query.Of(_waiting)], cancellationToken);
    }
}
