using ChangeLog.Postgres;
using Npgsql;

namespace ChangeLog.Status;

/// <summary>A running worker, according to its heartbeat.</summary>
internal sealed record WorkerStatus(
    string Host, int ProcessId, string Version, string User, DateTimeOffset Since, TimeSpan LastSeen)
{
    private const string Select = /* language=sql */
        """
        select host, process_id, version, db_user, started_at, greatest(clock_timestamp() - seen_at, interval '0')
        from changelog.running_worker
        order by started_at
        """;

    public static Task<List<WorkerStatus>> ReadAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.RowsAsync(Select, Read, [], cancellationToken);

    private static WorkerStatus Read(NpgsqlDataReader row) => new(
        row.GetString(0),
        row.GetInt32(1),
        row.GetString(2),
        row.GetString(3),
        row.GetFieldValue<DateTimeOffset>(4),
        row.GetTimeSpan(5));
}
