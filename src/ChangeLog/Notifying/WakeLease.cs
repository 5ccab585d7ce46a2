using ChangeLog.Postgres;
using Npgsql;

namespace ChangeLog.Notifying;

/// <summary>
/// Owns the wake lease changelog.awake_until, during which writers need not notify; and looks for work.
/// </summary>
internal sealed class WakeLease(DataSources dataSources)
{
    private const string SetMode = /* language=sql */
        "select before, now from changelog.set_notification_mode($1)";

    private const string SelectLook = /* language=sql */
        "select behind, unannounced, mode, awake_for, oldest_running, runtime_settings from changelog.look($1, $2)";

    private const string StayAwake = /* language=sql */
        "select changelog.stay_awake($1)";

    private const string DrawId = /* language=sql */
        "select pg_current_xact_id()";

    private readonly NpgsqlDataSource _dataSource = dataSources.For(ConnectionRole.Doorbell);

    /// <summary>Sets the mode for all writers and workers.</summary>
    /// <returns>The mode before, and the one now in force.</returns>
    public Task<(NotificationMode Before, NotificationMode Now)> SetModeAsync(
        NotificationMode? mode, CancellationToken cancellationToken) =>
        _dataSource.CreateCommand(SetMode)
            .RowAsync(row => (Mode(row.GetString(0)), Mode(row.GetString(1))), [mode?.ToString()], cancellationToken);

    /// <summary>Looks for work for all handlers, in one statement.</summary>
    public Task<Look> LookAsync(
        IReadOnlyCollection<string> handlers, bool withAnnouncements, CancellationToken cancellationToken) =>
        _dataSource.CreateCommand(SelectLook).RowAsync(
            row => new Look(
                row.GetFieldValue<string[]>(0),
                row.GetBoolean(1),
                Mode(row.GetString(2)),
                TimeSpan.FromMilliseconds(row.GetInt64(3)),
                row.GetFieldValue<ulong>(4),
                row.TextOrNull(5)),
            [Parameter.Texts(handlers), withAnnouncements],
            cancellationToken);

    /// <summary>Extends the lease.</summary>
    public Task StayAwakeAsync(TimeSpan lease, CancellationToken cancellationToken) =>
        _dataSource.CreateCommand(StayAwake).ExecuteAsync([(int)lease.TotalMilliseconds], cancellationToken);

    /// <summary>Draws a transaction id: any higher one started later.</summary>
    public Task<ulong> DrawIdAsync(CancellationToken cancellationToken) =>
        _dataSource.CreateCommand(DrawId).ValueAsync<ulong>([], cancellationToken);

    private static NotificationMode Mode(string name) => Enum.Parse<NotificationMode>(name);
}
