using System.Data;
using System.Runtime.CompilerServices;
using ChangeLog.Postgres;
using Npgsql;

namespace ChangeLog.History;

/// <summary>Follows the log as transactions are committed, with a worker or without.</summary>
/// <remarks>
/// Reads between two snapshots, as handlers do: a transaction that commits late is not skipped, nor is what is
/// committed while the connection is lost.
/// </remarks>
/// <param name="database">Where to read.</param>
/// <param name="time">Times the looks.</param>
/// <param name="lost">Told why the connection was lost, once until it is back.</param>
internal sealed class FeedFollower(NpgsqlDataSource database, TimeProvider time, Action<string>? lost = null)
{
    private const string Place = /* language=sql */
        """
        select pg_catalog.pg_current_snapshot()::text, coalesce(max(r.number), 0)
        from changelog.recovered r
        """;

    // a recovered transaction's changes before its row: the others come with the row
    private const string News = /* language=sql */
        """
        select t.*, t.position as after_position, null::pg_catalog.int8 as upto_position
        from logs.transaction t
        where t.xid >= pg_catalog.pg_snapshot_xmax($1::pg_catalog.pg_snapshot)
        or t.xid = any(array(select pg_catalog.pg_snapshot_xip($1::pg_catalog.pg_snapshot)))
        union all
        select t.*, r.first_position - 1, r.last_position
        from changelog.recovered r
        join logs.transaction t on t.xid = r.xid and t.logged_at = r.logged_at
        where r.number > $2
        """;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);

    /// <summary>What the current transaction sees, to follow from.</summary>
    public static Task<FeedPlace> PlaceAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.RowAsync(Place, row => new FeedPlace(row.GetString(0), row.GetInt64(1)), [], cancellationToken);

    /// <summary>What is committed after a place, until cancelled; never an empty list.</summary>
    public async IAsyncEnumerable<IReadOnlyList<LoggedChange>> FollowAsync(
        FeedFilter filter, FeedPlace place, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        NpgsqlConnection? connection = null;
        var isLost = false;
        try
        {
            while (true)
            {
                List<LoggedChange> changes = [];
                try
                {
                    connection ??= await database.OpenConnectionAsync(cancellationToken);
                    (changes, place) = await NewsAsync(connection, filter, place, cancellationToken);
                    isLost = false;
                }
                catch (NpgsqlException e) when (connection?.FullState is not ConnectionState.Open)
                {
                    if (!isLost)
                    {
                        lost?.Invoke(e.Message);
                    }

                    isLost = true;
                    await (connection?.DisposeAsync() ?? ValueTask.CompletedTask);
                    connection = null;
                }

                if (changes.Count > 0)
                {
                    yield return changes;
                }

                await Task.Delay(isLost ? RetryPause : Pause, time, cancellationToken);
            }
        }
        finally
        {
            await (connection?.DisposeAsync() ?? ValueTask.CompletedTask);
        }
    }

    private static async Task<(List<LoggedChange> Changes, FeedPlace Now)> NewsAsync(
        NpgsqlConnection connection, FeedFilter filter, FeedPlace place, CancellationToken cancellationToken)
    {
        await using var snapshot = await connection.BeginTransactionAsync(
            IsolationLevel.RepeatableRead, cancellationToken);
        var now = await PlaceAsync(connection, cancellationToken);
        var changes = await connection.ValueAsync<bool>(
            $"select exists ({News})", [place.Snapshot, place.Recovered], cancellationToken)
            ? await ChangesAsync(connection, filter, place, cancellationToken)
            : [];
        await snapshot.CommitAsync(cancellationToken);
        return (changes, now);
    }

    // tables are looked up each time: one that a pattern means may be new
    private static async Task<List<LoggedChange>> ChangesAsync(
        NpgsqlConnection connection, FeedFilter filter, FeedPlace place, CancellationToken cancellationToken)
    {
        var conditions = await new FeedReader(connection).ConditionsAsync(filter, cancellationToken);
        var snapshot = conditions.Bind(place.Snapshot);
        var recovered = conditions.Bind(place.Recovered);
        return await LoggedChangeRows.ReadAsync(
            connection,
            $"""
            with news as materialized (
            {News.Replace("$1", snapshot, StringComparison.Ordinal).Replace("$2", recovered, StringComparison.Ordinal)}
            )
            select logs.change_action(c.op, c.record_data, c.previous_data), {LoggedChangeRows.Columns}
            from news t
            join logs.change c on c.position > t.after_position
                and c.position <= coalesce(t.upto_position, c.position)
                and c.logged_at = t.logged_at
                and c.xid = t.xid
            where {conditions.OfChanges}
            order by c.position
            """,
            conditions.Parameters,
            cancellationToken);
    }
}
