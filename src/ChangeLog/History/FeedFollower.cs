using System.Data;
using System.Runtime.CompilerServices;
using ChangeLog.Postgres;
using Npgsql;

namespace ChangeLog.History;

/// <summary>Follows the log as transactions are committed, with a worker or without.</summary>
/// <remarks>Reads between two snapshots, as handlers do: a transaction that commits late is not skipped.</remarks>
internal sealed class FeedFollower(NpgsqlConnection connection, TimeProvider time)
{
    private const string Snapshot = /* language=sql */
        """
        select pg_catalog.pg_current_snapshot()::text
        """;

    private const string News = /* language=sql */
        """
        select t.*
        from logs.transaction t
        where t.xid >= pg_catalog.pg_snapshot_xmax($1::pg_catalog.pg_snapshot)
        or t.xid = any(array(select pg_catalog.pg_snapshot_xip($1::pg_catalog.pg_snapshot)))
        """;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>What the current transaction sees, to follow from.</summary>
    public Task<string> SeenAsync(CancellationToken cancellationToken) =>
        connection.ValueAsync<string>(Snapshot, [], cancellationToken);

    /// <summary>What is committed after a snapshot, until cancelled; never an empty list.</summary>
    public async IAsyncEnumerable<IReadOnlyList<LoggedChange>> FollowAsync(
        FeedFilter filter, string seen, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            List<LoggedChange> changes;
            await using (var snapshot = await connection.BeginTransactionAsync(
                IsolationLevel.RepeatableRead, cancellationToken))
            {
                var now = await SeenAsync(cancellationToken);
                changes = await connection.ValueAsync<bool>($"select exists ({News})", [seen], cancellationToken)
                    ? await ChangesAsync(filter, seen, cancellationToken)
                    : [];
                await snapshot.CommitAsync(cancellationToken);
                seen = now;
            }

            if (changes.Count > 0)
            {
                yield return changes;
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    // tables are looked up each time: one that a pattern means may be new
    private async Task<List<LoggedChange>> ChangesAsync(
        FeedFilter filter, string seen, CancellationToken cancellationToken)
    {
        var conditions = await new FeedReader(connection).ConditionsAsync(filter, cancellationToken);
        var last = conditions.Bind(seen);
        return await LoggedChangeRows.ReadAsync(
            connection,
            $"""
            with news as materialized (
            {News.Replace("$1", last, StringComparison.Ordinal)}
            )
            select logs.change_action(c.op, c.record_data, c.previous_data), {LoggedChangeRows.Columns}
            from news t
            join logs.change c on c.position > t.position and c.logged_at = t.logged_at and c.xid = t.xid
            where {conditions.OfChanges}
            order by c.position
            """,
            conditions.Parameters,
            cancellationToken);
    }
}
