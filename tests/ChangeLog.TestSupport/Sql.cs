using System.Globalization;
using Npgsql;

namespace ChangeLog.TestSupport;

/// <summary>
/// SQL in one line, for tests: positional parameters ($1), a connection from the pool for each statement.
/// </summary>
public static class Sql
{
    public static async Task<int> ExecuteAsync(
        this NpgsqlDataSource dataSource, string sql, params object?[] parameters)
    {
        await using var connection = await dataSource.OpenConnectionAsync();
        return await connection.ExecuteAsync(sql, parameters);
    }

    public static async Task<T> ScalarAsync<T>(
        this NpgsqlDataSource dataSource, string sql, params object?[] parameters)
    {
        await using var connection = await dataSource.OpenConnectionAsync();
        return await connection.ScalarAsync<T>(sql, parameters);
    }

    public static async Task<IReadOnlyList<IReadOnlyDictionary<string, object?>>> QueryAsync(
        this NpgsqlDataSource dataSource, string sql, params object?[] parameters)
    {
        await using var connection = await dataSource.OpenConnectionAsync();
        return await connection.QueryAsync(sql, parameters);
    }

    public static async Task<IReadOnlyList<string>> LinesAsync(
        this NpgsqlDataSource dataSource, string sql, params object?[] parameters)
    {
        await using var connection = await dataSource.OpenConnectionAsync();
        return await connection.LinesAsync(sql, parameters);
    }

    public static async Task<int> ExecuteAsync(
        this NpgsqlConnection connection, string sql, params object?[] parameters)
    {
        await using var command = Command(connection, sql, parameters);
        return await command.ExecuteNonQueryAsync();
    }

    /// <summary>The first row's first value; null stands for SQL's null where T allows it.</summary>
    public static async Task<T> ScalarAsync<T>(
        this NpgsqlConnection connection, string sql, params object?[] parameters)
    {
        await using var command = Command(connection, sql, parameters);
        await using var reader = await command.ExecuteReaderAsync();
        if (!await reader.ReadAsync())
        {
            throw new InvalidOperationException($"No row: {sql}");
        }

        return await reader.IsDBNullAsync(0) && default(T) is null ? default! : await reader.GetFieldValueAsync<T>(0);
    }

    public static async Task<IReadOnlyList<IReadOnlyDictionary<string, object?>>> QueryAsync(
        this NpgsqlConnection connection, string sql, params object?[] parameters)
    {
        await using var command = Command(connection, sql, parameters);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<IReadOnlyDictionary<string, object?>>();
        while (await reader.ReadAsync())
        {
            rows.Add(Enumerable.Range(0, reader.FieldCount).ToDictionary(
                reader.GetName, i => reader.IsDBNull(i) ? null : reader.GetValue(i)));
        }

        return rows;
    }

    /// <summary>Rows as psql -At shows them, of every type as the server writes it; null is ∅.</summary>
    public static async Task<IReadOnlyList<string>> LinesAsync(
        this NpgsqlConnection connection, string sql, params object?[] parameters)
    {
        await using var command = Command(connection, sql, parameters);
        command.AllResultTypesAreUnknown = true;
        await using var reader = await command.ExecuteReaderAsync();
        var lines = new List<string>();
        while (await reader.ReadAsync())
        {
            lines.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(
                i => reader.IsDBNull(i) ? "∅" : Convert.ToString(reader.GetValue(i), CultureInfo.InvariantCulture))));
        }

        return lines;
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, object?[] parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(
                parameter as NpgsqlParameter ?? new NpgsqlParameter { Value = parameter ?? DBNull.Value });
        }

        return command;
    }
}
