using System.Text.Json.Serialization;
using ChangeLog.Postgres;
using Npgsql;

namespace ChangeLog.Status;

/// <summary>The installation itself.</summary>
internal sealed record Installation(
    string Database,
    string ServerVersion,
    DateTimeOffset InstalledAt,
    DateTimeOffset? ReconciledAt,
    DateTimeOffset? UninstalledAt,
    bool FollowsDdl,
    int PositionCache,
    bool DefaultPartitionUsed,
    bool Captures)
{
    private const string Select = /* language=sql */
        """
        select
            current_database()::text,
            split_part(current_setting('server_version'), ' ', 1),
            i.installed_at,
            i.reconciled_at,
            i.uninstalled_at,
            exists (select from pg_catalog.pg_event_trigger where evtname = 'changelog_ddl' and evtenabled <> 'D'),
            (select seqcache from pg_catalog.pg_sequence where seqrelid = 'lib_event.position'::regclass),
            exists (select from logs.change_default),
            to_regprocedure('logs.capture_row_change()') is not null,
            (select p.last_value from lib_event.position p) < changelog.highest_position()
        from changelog.installation i
        """;

    [JsonIgnore]
    public bool IsUninstalled => UninstalledAt is not null || !Captures;

    /// <summary>Whether positions already used would be drawn again.</summary>
    public bool PositionsFellBehind { get; init; }

    public static Task<Installation> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.RowAsync(Select, Read, [], cancellationToken);

    private static Installation Read(NpgsqlDataReader row) => new(
        row.GetString(0),
        row.GetString(1),
        row.GetFieldValue<DateTimeOffset>(2),
        row.TimeOrNull(3),
        row.TimeOrNull(4),
        row.GetBoolean(5),
        (int)row.GetInt64(6),
        row.GetBoolean(7),
        row.GetBoolean(8))
    {
        PositionsFellBehind = row.GetBoolean(9),
    };
}
