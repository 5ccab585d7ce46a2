using Npgsql;

namespace ChangeLog.Postgres;

/// <summary>Session settings that ours need, whatever is set for the role, the database or the server.</summary>
/// <remarks>
/// Set once per connection and never reset. Not behind a pooler, where the session is the application's a moment later,
/// and the backend is not the one that answered the login.
/// </remarks>
internal static class SessionSettings
{
    private const string SearchPath = "search_path";

    // the join leaves out settings that a version does not have
    private static readonly (string Name, string Value)[] All =
    [
        ("default_transaction_read_only", "off"),
        ("default_transaction_isolation", "read committed"),
        ("default_transaction_deferrable", "off"),
        ("statement_timeout", "0"),
        ("lock_timeout", "0"),
        ("idle_in_transaction_session_timeout", "0"),
        ("idle_session_timeout", "0"),
        ("transaction_timeout", "0"),
        (SearchPath, "pg_catalog, pg_temp"),
        ("standard_conforming_strings", "on"),
        ("array_nulls", "on"),
        ("transform_null_equals", "off"),
        ("quote_all_identifiers", "off"),
        ("row_security", "on"),
        // compiling takes longer than any statement of ours, however much the planner expects of it
        ("jit", "off"),
        ("DateStyle", "ISO, MDY"),
        ("IntervalStyle", "postgres"),
        ("bytea_output", "hex"),
        ("extra_float_digits", "1"),
    ];

    /// <summary>Applies them to each connection of a data source.</summary>
    public static void Apply(NpgsqlDataSourceBuilder builder, ConnectionRole role)
    {
        // the connection string's own settings were meant for this program
        var given = builder.ConnectionStringBuilder.Options ?? string.Empty;
        var sql = Statement(All.Where(setting =>
            setting.Name == SearchPath
                ? role is not ConnectionRole.Demo
                : !given.Contains(setting.Name, StringComparison.OrdinalIgnoreCase)));
        builder.UsePhysicalConnectionInitializer(
            connection =>
            {
                using var command = Command(sql, connection);
                command.ExecuteNonQuery();
            },
            async connection =>
            {
                await using var command = Command(sql, connection);
                await command.ExecuteNonQueryAsync();
            });
    }

    private static NpgsqlCommand Command(string sql, NpgsqlConnection connection) => new(sql, connection)
    {
        Parameters = { new NpgsqlParameter<int> { TypedValue = connection.ProcessID } },
    };

    // invalid UTF-8 can be read only if the server does not validate it
    private static string Statement(IEnumerable<(string Name, string Value)> settings) =>
        /* language=sql */
        $"""
        select pg_catalog.set_config(s.name, v.value, false)
        from (
            values
                {string.Join(",\n        ", settings.Select(setting => $"('{setting.Name}', '{setting.Value}')"))}
            union all
            select 'client_encoding', 'SQL_ASCII'
            where pg_catalog.current_setting('server_encoding') operator(pg_catalog.=) 'SQL_ASCII') as v (name, value)
        join pg_catalog.pg_settings s on s.name operator(pg_catalog.=) v.name
        where pg_catalog.pg_backend_pid() operator(pg_catalog.=) $1
        """;
}
