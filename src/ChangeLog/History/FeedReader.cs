using ChangeLog.Keys;
using ChangeLog.Postgres;
using ChangeLogWorker.Triggers.Capture;
using Npgsql;

namespace ChangeLog.History;

/// <summary>Reads the newest changes that a filter finds, wherever the handlers are.</summary>
/// <remarks>To be run in one snapshot, so that a change handled meanwhile is neither missed nor shown twice.</remarks>
internal sealed class FeedReader(NpgsqlConnection connection)
{
    // positions of the first step of a walk; each further one is twice as long, up to the longest
    private const long FirstStep = 1_000;
    private const long LongestStep = 200_000;

    private const string Ends = /* language=sql */
        """
        select coalesce(min(position), 0), coalesce(max(position), 0) from logs.change_details
        """;

    // count keeps the planner from looking for the first position of all that is late enough
    private const string EndsSince = /* language=sql */
        """
        select coalesce(min(position), 0), coalesce(max(position), 0), count(*)
        from logs.change_details
        where logged_at >= $1
        and logged_at < coalesce($2, 'infinity')
        """;

    private const string HasRequests = /* language=sql */
        """
        select not exists (select from logs.request_backfill)
        """;

    private const string StartOfTransaction = /* language=sql */
        """
        select logged_at from logs.transaction where event__id = $1
        """;

    /// <summary>A clause that names the changes which the handler enrich has not handled.</summary>
    internal const string Unhandled = /* language=sql */
        """
        with unhandled as materialized (
            select u.*
            from changelog.unhandled_changes('enrich') u
            union
            select l.*
            from changelog.dead_letter f
            join logs.change l on l.position = f.position and l.logged_at = f.logged_at
            where f.handler = 'enrich'
            and f.kind = 'change'
            and not exists (
                select
                from logs.change_details d
                where d.position = f.position
                and d.logged_at = f.logged_at)
        )
        """;

    /// <summary>The newest changes; reports how much of the log a walk has gone through, 0 to 1.</summary>
    /// <remarks>
    /// A walk goes back step by step through the log, or what of it lies between the filter's times, where neither a
    /// transaction, nor a request, nor an actor, nor a record is asked for.
    /// </remarks>
    public async Task<Feed> ReadAsync(
        FeedFilter filter, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        var narrowed = await NarrowedAsync(filter, cancellationToken);
        if (narrowed is null)
        {
            return new Feed([], More: false);
        }

        var conditions = await ConditionsAsync(narrowed, cancellationToken);
        var wanted = filter.Limit + 1;
        var found = await UnhandledAsync(conditions, wanted, cancellationToken);
        found.AddRange(conditions.IsIndexed
            ? await HandledAsync(conditions, between: null, wanted, cancellationToken)
            : await WalkAsync(narrowed, conditions, wanted, progress, cancellationToken));
        var newest = found.OrderByDescending(change => change.Position).Take(wanted).ToList();
        return new Feed([.. newest.Take(filter.Limit).Reverse()], newest.Count > filter.Limit);
    }

    /// <summary>The filter's conditions, its tables and keys looked up.</summary>
    public async Task<FeedConditions> ConditionsAsync(FeedFilter filter, CancellationToken cancellationToken)
    {
        IReadOnlyList<string>? keys = filter.Record is { } record
            ? [Guid.TryParse(record, out var uuid) ? uuid.ToString() : record]
            : null;
        var hasRequests = filter.Request is not null
            && await connection.ValueAsync<bool>(HasRequests, [], cancellationToken);
        var patterns = TableFilter.Parse(filter.Tables, "--table");
        if (patterns is [{ IsExact: true } exact] && filter.Record is { } key)
        {
            var table = await new TableFinder(connection).FindAsync(exact.Text, cancellationToken);
            var formats = await RecordKey.FormatsAsync(connection, table, key, cancellationToken);
            return new FeedConditions(filter, FeedTables.Of(table), formats, hasRequests);
        }

        var tables = patterns.Count > 0 ? await FeedTables.FindAsync(connection, patterns, cancellationToken) : null;
        return new FeedConditions(filter, tables, keys, hasRequests);
    }

    // a transaction's changes all bear the time of its start; null: there is no such transaction
    private async Task<FeedFilter?> NarrowedAsync(FeedFilter filter, CancellationToken cancellationToken)
    {
        if (filter.Transaction is not { } id)
        {
            return filter;
        }

        var starts = await connection.ColumnAsync<DateTime>(StartOfTransaction, [id], cancellationToken);
        if (starts is not [var started])
        {
            return null;
        }

        var (since, until) = ((DateTimeOffset)started, (DateTimeOffset)started.AddMicroseconds(1));
        return filter with
        {
            Since = filter.Since > since ? filter.Since : since,
            Until = filter.Until < until ? filter.Until : until,
        };
    }

    private Task<List<LoggedChange>> UnhandledAsync(
        FeedConditions conditions, int wanted, CancellationToken cancellationToken) =>
        LoggedChangeRows.ReadAsync(
            connection,
            $"""
            {Unhandled}
            select logs.change_action(c.op, c.record_data, c.previous_data), {LoggedChangeRows.Columns}
            from unhandled c
            left join logs.transaction t on t.xid = c.xid and t.logged_at = c.logged_at
            where {conditions.OfChanges}
            order by c.position desc
            limit {wanted}
            """,
            conditions.Parameters,
            cancellationToken);

    private async Task<List<LoggedChange>> WalkAsync(
        FeedFilter filter,
        FeedConditions conditions,
        int wanted,
        IProgress<double>? progress,
        CancellationToken cancellationToken)
    {
        var (first, last) = (await connection.RowsAsync(
            filter.Since is null ? Ends : EndsSince,
            row => (row.GetInt64(0), row.GetInt64(1)),
            filter.Since is { } since ? [(DateTime?)since.UtcDateTime, filter.Until?.UtcDateTime] : [],
            cancellationToken))[0];
        List<LoggedChange> found = [];
        var step = FirstStep;
        for (var end = last + 1; end > first && found.Count < wanted;)
        {
            found.AddRange(await HandledAsync(conditions, (end - step, end), wanted - found.Count, cancellationToken));
            end -= step;
            step = Math.Min(step * 2, LongestStep);
            progress?.Report((last + 1.0 - end) / (last + 1.0 - first));
        }

        return found;
    }

    // offset keeps the order of the inner query, so that the outer one stops as soon as it has enough
    private Task<List<LoggedChange>> HandledAsync(
        FeedConditions conditions, (long From, long Until)? between, int wanted, CancellationToken cancellationToken)
    {
        // bound for this step only
        var parameters = conditions.Parameters;
        var range = string.Empty;
        if (between is var (from, until))
        {
            range = $"and d.position >= ${parameters.Length + 1} and d.position < ${parameters.Length + 2}";
            parameters = [.. parameters, from, until];
        }

        return LoggedChangeRows.ReadAsync(
            connection,
            $"""
            select k.action, {LoggedChangeRows.Columns}
            from (
                select d.position, d.logged_at, d.action
                from logs.change_details d
                where {conditions.OfDetails}
                {range}
                order by d.position desc
                offset 0
            ) k
            cross join lateral (
                select c.*
                from logs.change c
                where c.position = k.position
                and c.logged_at = k.logged_at
                offset 0
            ) c
            left join lateral (
                select t.*
                from logs.transaction t
                where t.xid = c.xid
                and t.logged_at = c.logged_at
                offset 0
            ) t on true
            where {conditions.OfChanges}
            order by k.position desc
            limit {wanted}
            """,
            parameters,
            cancellationToken);
    }
}
