using System.Data;
using ChangeLog.Postgres;
using Npgsql;

namespace ChangeLog.Notifying;

/// <summary>Owns changelog.awake_until, by which writers know whether to ring, and looks at what there is to do.</summary>
internal sealed class Doorbell(DataSources dataSources)
{
    /* language=sql */
    private const string SetMode = "select before, now from changelog.set_notification_mode($1)";

    /* language=sql */
    private const string SelectLook =
        "select behind, unannounced, mode, awake_for, oldest_running, orders from changelog.look($1, $2)";

    /* language=sql */
    private const string StayAwake = "select changelog.stay_awake($1)";

    /* language=sql */
    private const string DrawId = "select pg_current_xact_id()";

    private readonly NpgsqlDataSource _dataSource = dataSources.For(ConnectionRole.Doorbell);

    /// <summary>Writes the mode down for all writers and workers.</summary>
    /// <returns>The mode before, and the one now in force.</returns>
    public async Task<(NotificationMode Before, NotificationMode Now)> SetModeAsync(
        NotificationMode? mode, CancellationToken cancellationToken)
    {
        await using var command = _dataSource.CreateCommand(SetMode);
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = mode?.ToString() });
        await using var row = await command.ExecuteReaderAsync(CommandBehavior.SingleRow, cancellationToken);
        await row.ReadAsync(cancellationToken);
        return (Mode(row.GetString(0)), Mode(row.GetString(1)));
    }

    /// <summary>Looks, in one statement for all handlers, at what there is to do.</summary>
    public async Task<Look> LookAsync(
        IReadOnlyCollection<string> handlers, bool withAnnouncements, CancellationToken cancellationToken)
    {
        await using var command = _dataSource.CreateCommand(SelectLook);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. handlers] });
        command.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = withAnnouncements });
        await using var row = await command.ExecuteReaderAsync(CommandBehavior.SingleRow, cancellationToken);
        await row.ReadAsync(cancellationToken);
        return new Look(
            row.GetFieldValue<string[]>(0),
            row.GetBoolean(1),
            Mode(row.GetString(2)),
            TimeSpan.FromMilliseconds(row.GetInt64(3)),
            row.GetFieldValue<ulong>(4),
            row.IsDBNull(5) ? null : row.GetString(5));
    }

    /// <summary>Tells writers that for so long to come they need not ring.</summary>
    public async Task StayAwakeAsync(TimeSpan lease, CancellationToken cancellationToken)
    {
        await using var command = _dataSource.CreateCommand(StayAwake);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = (int)lease.TotalMilliseconds });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Draws a transaction id: whoever has a higher one began later.</summary>
    public async Task<ulong> DrawIdAsync(CancellationToken cancellationToken)
    {
        await using var command = _dataSource.CreateCommand(DrawId);
        return (ulong)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static NotificationMode Mode(string name) => Enum.Parse<NotificationMode>(name);
}
