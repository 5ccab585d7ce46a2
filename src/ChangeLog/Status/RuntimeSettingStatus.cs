using ChangeLog.Postgres;
using Npgsql;

namespace ChangeLog.Status;

/// <summary>A runtime setting in platform.feature_flags or platform.global_settings.</summary>
/// <param name="StoppedHandler">The handler that a flag stops, if it exists.</param>
/// <param name="Setting">The key of an overridden setting.</param>
/// <param name="Value">Its value, if it is a number.</param>
/// <param name="Flag">The key of a flag that is off but matches no handler.</param>
internal sealed record RuntimeSettingStatus(string? StoppedHandler, string? Setting, string? Value, string? Flag)
{
    private const string Select = /* language=sql */
        """
        select s.stopped_handler, s.setting, s.value::text, s.flag
        from changelog.runtime_settings() s
        order by s.stopped_handler, s.setting, s.flag
        """;

    public static Task<List<RuntimeSettingStatus>> ReadAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.RowsAsync(
            Select,
            row => new RuntimeSettingStatus(
                row.TextOrNull(0), row.TextOrNull(1), row.TextOrNull(2), row.TextOrNull(3)),
            [],
            cancellationToken);
}
