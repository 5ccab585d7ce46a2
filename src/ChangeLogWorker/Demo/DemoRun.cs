using System.Threading.Channels;
using ChangeLog.History;
using ChangeLog.Postgres;
using ChangeLogWorker.Triggers.Postgres;
using Npgsql;

namespace ChangeLogWorker.Demo;

/// <summary>Runs the shop's workload for a while, then sums up what was captured and handled.</summary>
internal sealed class DemoRun(DemoEnvironment environment, TimeProvider time)
{
    private const string WorkerListens = /* language=sql */
        """
        select exists (
            select
            from pg_catalog.pg_stat_activity a
            where a.datname = current_database()
            and a.application_name = 'changelog/listener'
        )
        """;

    private const string Sums = /* language=sql */
        """
        select
            (select count(*) from logs.change),
            (select count(*) from logs.change_details)
        """;

    private const string BusiestOrder = /* language=sql */
        """
        select c.record_id
        from logs.change c
        join logs.transaction t on t.xid = c.xid and t.logged_at = c.logged_at
        where c.table_schema = 'shop'
        and c.table_name = 'orders'
        group by c.record_id
        order by count(distinct t.actor_id) desc, count(*) desc, c.record_id
        limit 1
        """;

    // only those where it changed: the log shows that, though not the values
    private const string PasswordReset = /* language=sql */
        """
        select
            a.performed_at, a.action, a.resource, a.record_id, a.actor_id, host(a.ip_address), a.notes,
            a.previous_state ->> 'password_hash', a.new_state ->> 'password_hash', s.password_hash
        from platform.audit_logs a
        join logs.changes c on c.id = a.id
        join shop.customers s on s.id::text = a.record_id
        where a.resource = 'shop.customers'
        and a.action = 'update'
        and c.previous_data ? 'password_hash'
        and a.notes is not null
        order by a.id desc
        limit 1
        """;

    private const string TimelineIsBehind = /* language=sql */
        """
        select exists (select from changelog.handler_behind b where b.handler like 'timeline.%')
        """;

    /// <summary>What the demo follows; without an end, it has no limit.</summary>
    public static readonly FeedFilter Everything = new() { Limit = int.MaxValue };

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(30);

    // whoever pressed Ctrl+C waits for this, and then for the worker to stop
    private static readonly TimeSpan LongestRestWhenStopped = TimeSpan.FromSeconds(2);

    /// <summary>Waits until the worker listens.</summary>
    /// <exception cref="RefusedException">It stopped, or takes too long.</exception>
    public async Task WaitForWorkerAsync(CancellationToken workerStopped, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (!await environment.Log.CreateCommand(WorkerListens).ValueAsync<bool>([], cancellationToken))
        {
            if (workerStopped.IsCancellationRequested || time.GetElapsedTime(started) > LongestStart)
            {
                throw new RefusedException("The demo's worker did not start; see the lines above.", 1);
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    /// <summary>Runs until cancelled or the time is over; both are normal.</summary>
    public async Task<DemoReport> RunAsync(
        TimeSpan? length, Action<IReadOnlyList<LoggedChange>> show, CancellationToken cancellationToken)
    {
        var commits = Channel.CreateUnbounded<Commit>();
        await using var connection = await environment.Log.OpenConnectionAsync(cancellationToken);
        var place = await FeedFollower.PlaceAsync(connection, cancellationToken);
        using var work = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var rest = new CancellationTokenSource();
        var news = new FeedFollower(environment.Log, time).FollowAsync(Everything, place, rest.Token);
        var watching = WatchAsync(news, show, rest.Token);
        var measuring = new LatencyMeter(environment.Log, time, commits.Reader).RunAsync(rest.Token);
        using var end = length is { } limited
            ? new CancellationTokenSource(limited, time)
            : new CancellationTokenSource();
        await using var stopping = end.Token.Register(work.Cancel);

        await new Workload(environment.Application, time, commits.Writer).RunAsync(work.Token);
        commits.Writer.Complete();
        rest.CancelAfter(LongestRest);
        await using var stopped = cancellationToken.Register(() => rest.CancelAfter(LongestRestWhenStopped));
        var latencies = await measuring;
        await WaitForTimelineAsync(rest.Token);
        await rest.CancelAsync();
        await watching;
        return await SumUpAsync(latencies);
    }

    private static async Task WatchAsync(
        IAsyncEnumerable<IReadOnlyList<LoggedChange>> news,
        Action<IReadOnlyList<LoggedChange>> show,
        CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var changes in news)
            {
                show(changes);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // the view ends with the demo
        }
    }

    private async Task WaitForTimelineAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (await environment.Log.CreateCommand(TimelineIsBehind).ValueAsync<bool>([], cancellationToken))
            {
                await Task.Delay(Pause, time, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // what is missing by then is not shown
        }
    }

    private async Task<DemoReport> SumUpAsync(Latencies latencies)
    {
        var (changes, details) = await environment.Log.CreateCommand(Sums)
            .RowAsync(row => (row.GetInt64(0), row.GetInt64(1)), [], CancellationToken.None);
        var busiest = await environment.Log.CreateCommand(BusiestOrder).ColumnAsync<string>([], CancellationToken.None);
        var resets = await environment.Log.CreateCommand(PasswordReset)
            .RowsAsync(ReadAudit, [], CancellationToken.None);
        return new DemoReport(changes, details, latencies, busiest.FirstOrDefault(), resets.FirstOrDefault());
    }

    private static AuditRow ReadAudit(NpgsqlDataReader row) => new(
        row.GetFieldValue<DateTimeOffset>(0),
        row.GetString(1),
        row.GetString(2),
        row.GetString(3),
        row.GetString(4),
        row.GetString(5),
        row.GetString(6),
        row.GetString(7),
        row.GetString(8),
        row.GetString(9));
}
