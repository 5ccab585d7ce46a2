using System.Runtime.CompilerServices;
using System.Text.Json;
using ChangeLog.Postgres;
using Npgsql;

namespace ChangeLogWorker.Demo;

/// <summary>Follows the log as changes are committed, by anybody, for the demo's live view.</summary>
/// <remarks>Reads between two snapshots, as handlers do: a transaction that commits late is not skipped.</remarks>
internal sealed class ChangeFeed(NpgsqlDataSource database, TimeProvider time)
{
    private const string Snapshot = /* language=sql */
        """
        select pg_current_snapshot()::text
        """;

    private const string News = /* language=sql */
        """
        with news as materialized (
            select t.xid, t.logged_at, t.position, t.actor_id, t.db_user
            from logs.transaction t
            where t.xid >= pg_snapshot_xmax($1::pg_snapshot)
            or t.xid in (select pg_snapshot_xip($1::pg_snapshot))
        )
        select
            pg_current_snapshot()::text,
            c.logged_at,
            coalesce(n.actor_id, n.db_user),
            c.table_name,
            c.op,
            c.record_id,
            array(
                select a.attname::text
                from pg_catalog.pg_attribute a
                left join pg_catalog.pg_index i on i.indrelid = a.attrelid and i.indisprimary
                where a.attrelid = c.table_oid
                and a.attnum > 0
                and (i.indkey is null or a.attnum <> all (i.indkey))
                order by a.attnum
            ),
            coalesce(c.record_data, '{}')::text,
            coalesce(c.previous_data, '{}')::text
        from news n
        join logs.change c on c.position > n.position and c.logged_at = n.logged_at and c.xid = n.xid
        order by c.position
        """;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Everything committed after this call; the token is for the call, the enumeration has its own.</summary>
    public async Task<IAsyncEnumerable<SeenChange>> FollowAsync(CancellationToken cancellationToken)
    {
        var start = await database.CreateCommand(Snapshot).ValueAsync<string>([], cancellationToken);
        return FollowAsync(start, CancellationToken.None);
    }

    private async IAsyncEnumerable<SeenChange> FollowAsync(
        string last, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            var news = await database.CreateCommand(News)
                .RowsAsync(row => (Seen: row.GetString(0), Change: Read(row)), [last], cancellationToken);
            foreach (var (seen, change) in news)
            {
                last = seen;
                yield return change;
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    private static SeenChange Read(NpgsqlDataReader reader) =>
        new(
            reader.GetFieldValue<DateTimeOffset>(1),
            reader.GetString(2),
            reader.GetString(3),
            reader.GetFieldValue<char>(4),
            reader.TextOrNull(5),
            reader.GetFieldValue<string[]>(6),
            JsonElement.Parse(reader.GetString(7)),
            JsonElement.Parse(reader.GetString(8)));
}
