using ChangeLog.Postgres;
using Npgsql;

namespace ChangeLog.Status;

/// <summary>How many of an application's latest changes, by database user, name an actor.</summary>
internal sealed record KnownActors(string? Application, string? DbUser, long Changes, long WithActor)
{
    // bounded by positions, each a single look-up: the log may be large
    private const string Select = /* language=sql */
        """
        select t.application_name, t.db_user, count(*), count(nullif(t.actor_id, ''))
        from logs.change c
        join logs.transaction t on t.xid = c.xid and t.logged_at = c.logged_at
        where c.position > (select last_value from lib_event.position) - 10000
        group by t.application_name, t.db_user
        order by 3 desc, 1, 2
        limit 20
        """;

    public double Share => Changes == 0 ? 0 : (double)WithActor / Changes;

    public static Task<List<KnownActors>> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.RowsAsync(
            Select,
            row => new KnownActors(row.TextOrNull(0), row.TextOrNull(1), row.GetInt64(2), row.GetInt64(3)),
            [],
            cancellationToken);
}
