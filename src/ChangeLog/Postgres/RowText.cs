using System.Text.Json;
using Npgsql;

namespace ChangeLog.Postgres;

/// <summary>Reads nullable columns, which the driver's own methods refuse.</summary>
internal static class RowText
{
    public static string? TextOrNull(this NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetString(column);

    public static DateTimeOffset? TimeOrNull(this NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);

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
