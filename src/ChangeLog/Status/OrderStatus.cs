using ChangeLog.Postgres;
using Npgsql;

namespace ChangeLog.Status;

/// <summary>An order to running workers, in platform.feature_flags or platform.global_settings.</summary>
/// <param name="StoppedHandler">The handler that a flag stops, if there is one of that name.</param>
/// <param name="Setting">The key of a setting that is given.</param>
/// <param name="Value">The setting's value, where it is a number.</param>
/// <param name="Flag">The key of a flag that is off, though no handler has such a flag.</param>
internal sealed record OrderStatus(string? StoppedHandler, string? Setting, string? Value, string? Flag)
{
    private const string Select = /* language=sql */
        """
        select o.stopped_handler, o.setting, o.value::text, o.flag
        from changelog.orders() o
        order by o.stopped_handler, o.setting, o.flag
        """;

    public static Task<List<OrderStatus>> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.RowsAsync(
            Select,
            row => new OrderStatus(row.TextOrNull(0), row.TextOrNull(1), row.TextOrNull(2), row.TextOrNull(3)),
            [],
            cancellationToken);
}
