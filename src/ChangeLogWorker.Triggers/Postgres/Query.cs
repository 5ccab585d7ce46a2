using Npgsql;
using NpgsqlTypes;

namespace ChangeLogWorker.Triggers.Postgres;

/// <summary>Shorthands for running a statement and reading a value or lines; parameters are positional.</summary>
internal static class Query
{
    /// <summary>Runs statements without parameters and without a timeout.</summary>
    public static async Task ExecuteAsync(
        this NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Runs a statement with parameters.</summary>
    public static async Task ExecuteAsync(
        this NpgsqlConnection connection,
        string sql,
        NpgsqlParameter[] parameters,
        CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange(parameters);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The first value of the first row; null if there is none.</summary>
    public static Task<object?> ScalarAsync(
        this NpgsqlConnection connection, string sql, CancellationToken cancellationToken) =>
        connection.ScalarAsync(sql, [], cancellationToken);

    /// <summary>The first value of the first row; null if there is none.</summary>
    public static async Task<object?> ScalarAsync(
        this NpgsqlConnection connection,
        string sql,
        NpgsqlParameter[] parameters,
        CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange(parameters);
        return await command.ExecuteScalarAsync(cancellationToken);
    }

    /// <summary>All rows are read before the first is handed out.</summary>
    public static async Task<List<T>> RowsAsync<T>(
        this NpgsqlConnection connection,
        string sql,
        Func<NpgsqlDataReader, T> read,
        NpgsqlParameter[] parameters,
        CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange(parameters);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    /// <summary>The first column, a text.</summary>
    public static Task<List<string>> LinesAsync(
        this NpgsqlConnection connection,
        string sql,
        NpgsqlParameter[] parameters,
        CancellationToken cancellationToken) =>
        connection.RowsAsync(sql, row => row.GetString(0), parameters, cancellationToken);

    /// <summary>The result of a settings function: what was in force before, and what is now.</summary>
    public static async Task<(string[] Before, string[] After)> AppliedAsync(
        this NpgsqlConnection connection,
        string sql,
        NpgsqlParameter[] parameters,
        CancellationToken cancellationToken) =>
        (await connection.RowsAsync(
            sql,
            row => (row.GetFieldValue<string[]>(0), row.GetFieldValue<string[]>(1)),
            parameters,
            cancellationToken))[0];

    /// <summary>The text in a column; null where it is null.</summary>
    public static string? TextOrNull(this NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetString(column);

    /// <summary>A value as a parameter of the type that follows from it.</summary>
    public static NpgsqlParameter Of<T>(T value) => new NpgsqlParameter<T> { TypedValue = value };

    /// <summary>A text as a parameter.</summary>
    public static NpgsqlParameter Text(string value) => Of(value);

    public static NpgsqlParameter Oid(uint value) => new() { Value = value, NpgsqlDbType = NpgsqlDbType.Oid };

    public static NpgsqlParameter Oids(IEnumerable<uint> values) => new()
    {
        Value = values.ToArray(),
        NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Oid,
    };

    public static NpgsqlParameter Texts(IEnumerable<string>? values) => new()
    {
        Value = values is null ? DBNull.Value : values.ToArray(),
        NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text,
    };

    public static NpgsqlParameter Json(string? value) => new()
    {
        Value = value is null ? DBNull.Value : value,
        NpgsqlDbType = NpgsqlDbType.Jsonb,
    };
}
