using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace ChangeLog.Postgres;

/// <summary>A statement that a verb reads from; parameters are positional.</summary>
internal static class Query
{
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

    public static Task<List<T>> ColumnAsync<T>(
        this NpgsqlConnection connection, string sql, NpgsqlParameter[] parameters, CancellationToken cancellationToken) =>
        connection.RowsAsync(sql, row => row.GetFieldValue<T>(0), parameters, cancellationToken);

    public static async Task<T> ValueAsync<T>(
        this NpgsqlConnection connection, string sql, NpgsqlParameter[] parameters, CancellationToken cancellationToken) =>
        (await connection.ColumnAsync<T>(sql, parameters, cancellationToken))[0];

    public static NpgsqlParameter Text(string value) => new NpgsqlParameter<string> { TypedValue = value };

    public static NpgsqlParameter Texts(IReadOnlyList<string> values) =>
        new NpgsqlParameter<string[]> { TypedValue = [.. values] };

    public static NpgsqlParameter Oid(uint value) =>
        new NpgsqlParameter<uint> { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Oid };

    public static NpgsqlParameter Oids(IReadOnlyList<uint> values) =>
        new NpgsqlParameter<uint[]> { TypedValue = [.. values], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Oid };

    public static NpgsqlParameter Number(long value) => new NpgsqlParameter<long> { TypedValue = value };

    public static NpgsqlParameter Id(Guid value) => new NpgsqlParameter<Guid> { TypedValue = value };

    public static JsonElement? JsonOrNull(this NpgsqlDataReader row, int column)
    {
        if (row.IsDBNull(column))
        {
            return null;
        }

        using var document = JsonDocument.Parse(row.GetString(column), AnyDepth.Parsing);
        return document.RootElement.Clone();
    }
}
