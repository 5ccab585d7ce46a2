using ChangeLog.Postgres;
using Npgsql;

namespace ChangeLog.Status;

/// <summary>A handler's progress.</summary>
/// <param name="Handler">Its name.</param>
/// <param name="Stream">What it reads.</param>
/// <param name="Handled">Changes and events so far.</param>
/// <param name="Behind">Changes and events still pending.</param>
/// <param name="OldestUnhandled">Age of the oldest of these.</param>
/// <param name="LastMoved">How long ago its cursor moved.</param>
/// <param name="WindowShare">Share of the open window that is handled, 0 to 1; null: none is open.</param>
internal sealed record HandlerStatus(
    string Handler,
    string Stream,
    long Handled,
    long Behind,
    TimeSpan? OldestUnhandled,
    TimeSpan LastMoved,
    double? WindowShare)
{
    private const string Select = /* language=sql */
        """
        select
            handler, stream, handled, behind,
            case when oldest_unhandled_at is not null then greatest(clock_timestamp() - oldest_unhandled_at,
                interval '0') end,
            greatest(clock_timestamp() - updated_at, interval '0'),
            window_share
        from changelog.handler_status
        order by handler
        """;

    public static Task<List<HandlerStatus>> ReadAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.RowsAsync(Select, Read, [], cancellationToken);

    private static HandlerStatus Read(NpgsqlDataReader row) => new(
        row.GetString(0),
        row.GetString(1),
        row.GetInt64(2),
        row.GetInt64(3),
        row.IsDBNull(4) ? null : row.GetTimeSpan(4),
        row.GetTimeSpan(5),
        row.IsDBNull(6) ? null : row.GetDouble(6));
}
