using ChangeLog.Postgres;
using Npgsql;

namespace ChangeLog.Status;

/// <summary>The settings stored in the database, whatever the files say.</summary>
internal sealed record SettingsInForce(
    IReadOnlyList<string> NonLoggedTables,
    IReadOnlyList<string>? Schemas,
    bool LogNoOpUpdates,
    bool FireAlways)
{
    private const string Select = /* language=sql */
        """
        select
            array(
                select pattern from changelog.exclusion
                union all
                select '!' || pattern from changelog.default_exclusion where is_off
                order by 1),
            schemas,
            log_no_op_updates,
            fire_always,
            array(select format('%s (%s)', pattern, tool) from changelog.default_exclusion where not is_off
                order by pattern)
        from changelog.capture_setting
        """;

    /// <summary>Working tables of tools, not captured unless included explicitly.</summary>
    public IReadOnlyList<string> NonLoggedByDefault { get; init; } = [];

    public static Task<SettingsInForce> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.RowAsync(Select, Read, [], cancellationToken);

    private static SettingsInForce Read(NpgsqlDataReader row) => new(
        row.GetFieldValue<string[]>(0),
        row.IsDBNull(1) ? null : row.GetFieldValue<string[]>(1),
        row.GetBoolean(2),
        row.GetBoolean(3))
    {
        NonLoggedByDefault = row.GetFieldValue<string[]>(4),
    };
}
