using ChangeLog.Notifying;
using ChangeLog.Postgres;
using Npgsql;

namespace ChangeLog.Status;

/// <summary>How workers learn of new entries, and whether notifications get through.</summary>
/// <param name="Mode">WhenIdle, Always or Never.</param>
/// <param name="WorkerAwake">Whether writers consider a worker awake and do not notify.</param>
/// <param name="QueueUsage">How full the server's notification queue is, 0 to 1.</param>
/// <param name="MaxPreparedTransactions">Above 0 writers do not notify, unless the mode is Always.</param>
internal sealed record NotificationStatus(string Mode, bool WorkerAwake, double QueueUsage, int MaxPreparedTransactions)
{
    private const string Select = /* language=sql */
        """
        select
            l.mode, l.awake_for > 0, pg_catalog.pg_notification_queue_usage(),
            current_setting('max_prepared_transactions')::integer
        from changelog.look('{}', false) l
        """;

    public bool IsQueueFilling => NotificationQueue.IsFilling(QueueUsage);

    public static Task<NotificationStatus> ReadAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.RowAsync(Select, Read, [], cancellationToken);

    private static NotificationStatus Read(NpgsqlDataReader row) => new(
        row.GetString(0), row.GetBoolean(1), row.GetDouble(2), row.GetInt32(3));
}
