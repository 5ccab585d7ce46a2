using Npgsql;

namespace ChangeLog.Postgres;

/// <summary>Runs one statement and disposes its command; parameters are positional, starting at $1.</summary>
internal static class Query
{
    public static NpgsqlCommand CreateCommand(this NpgsqlTransaction transaction, string sql) =>
        new(sql, transaction.Connection, transaction);

    public static NpgsqlBatchCommand BatchCommand(string sql, Parameter[] parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        command.Parameters.AddRange(Typed(parameters));
        return command;
    }

    /// <summary>Adds parameters to a statement over a page, beside those of the page.</summary>
    public static NpgsqlCommand With(
        this NpgsqlCommand command, params ReadOnlySpan<(string Name, Parameter Value)> more)
    {
        foreach (var (name, value) in more)
        {
            command.Parameters.Add(value.Make(name));
        }

        return command;
    }

    public static async Task<int> ExecuteAsync(
        this NpgsqlCommand command, Parameter[] parameters, CancellationToken cancellationToken)
    {
        await using var disposed = command.With(parameters);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Buffers all rows.</summary>
    public static async Task<List<T>> RowsAsync<T>(
        this NpgsqlCommand command,
        Func<NpgsqlDataReader, T> read,
        Parameter[] parameters,
        CancellationToken cancellationToken)
    {
        await using var disposed = command.With(parameters);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    /// <summary>The first row of a statement that always has one.</summary>
    public static async Task<T> RowAsync<T>(
        this NpgsqlCommand command,
        Func<NpgsqlDataReader, T> read,
        Parameter[] parameters,
        CancellationToken cancellationToken) =>
        (await command.RowsAsync(read, parameters, cancellationToken))[0];

    public static Task<List<T>> ColumnAsync<T>(
        this NpgsqlCommand command, Parameter[] parameters, CancellationToken cancellationToken) =>
        command.RowsAsync(row => row.GetFieldValue<T>(0), parameters, cancellationToken);

    public static Task<T> ValueAsync<T>(
        this NpgsqlCommand command, Parameter[] parameters, CancellationToken cancellationToken) =>
        command.RowAsync(row => row.GetFieldValue<T>(0), parameters, cancellationToken);

    public static Task<List<T>> RowsAsync<T>(
        this NpgsqlConnection connection,
        string sql,
        Func<NpgsqlDataReader, T> read,
        Parameter[] parameters,
        CancellationToken cancellationToken) =>
        new NpgsqlCommand(sql, connection).RowsAsync(read, parameters, cancellationToken);

    public static Task<int> ExecuteAsync(
        this NpgsqlConnection connection, string sql, Parameter[] parameters, CancellationToken cancellationToken) =>
        new NpgsqlCommand(sql, connection).ExecuteAsync(parameters, cancellationToken);

    public static Task<T> RowAsync<T>(
        this NpgsqlConnection connection,
        string sql,
        Func<NpgsqlDataReader, T> read,
        Parameter[] parameters,
        CancellationToken cancellationToken) =>
        new NpgsqlCommand(sql, connection).RowAsync(read, parameters, cancellationToken);

    public static Task<List<T>> ColumnAsync<T>(
        this NpgsqlConnection connection, string sql, Parameter[] parameters, CancellationToken cancellationToken) =>
        new NpgsqlCommand(sql, connection).ColumnAsync<T>(parameters, cancellationToken);

    public static Task<T> ValueAsync<T>(
        this NpgsqlConnection connection, string sql, Parameter[] parameters, CancellationToken cancellationToken) =>
        new NpgsqlCommand(sql, connection).ValueAsync<T>(parameters, cancellationToken);

    private static NpgsqlCommand With(this NpgsqlCommand command, Parameter[] parameters)
    {
        command.Parameters.AddRange(Typed(parameters));
        return command;
    }

    private static NpgsqlParameter[] Typed(Parameter[] parameters) =>
        Array.ConvertAll(parameters, parameter => parameter.Make());
}
