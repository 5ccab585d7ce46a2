using Npgsql;

namespace ChangeLog.Postgres;

/// <summary>Reads a text that may be null, which the driver's own methods refuse.</summary>
internal static class RowText
{
    public static string? TextOrNull(this NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetString(column);
}
