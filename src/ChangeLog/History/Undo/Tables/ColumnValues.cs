using System.Text.Json;

namespace ChangeLog.History.Undo.Tables;

/// <summary>The values of some columns of a row, to look up what else has them.</summary>
internal static class ColumnValues
{
    /// <summary>
    /// Null: the row is not there, or one of the values is null or unknown; such values refer to nothing.
    /// </summary>
    public static IReadOnlyList<JsonElement>? Of(
        IReadOnlyDictionary<string, JsonElement>? row, IReadOnlyList<UndoColumn> columns)
    {
        if (row is null)
        {
            return null;
        }

        List<JsonElement> values = [];
        foreach (var column in columns)
        {
            if (!row.TryGetValue(column.Name, out var value) || value.ValueKind == JsonValueKind.Null)
            {
                return null;
            }

            values.Add(value);
        }

        return values;
    }

    /// <summary>The same as one text; null where there is none.</summary>
    public static string? Text(IReadOnlyDictionary<string, JsonElement>? row, IReadOnlyList<UndoColumn> columns) =>
        Of(row, columns) is { } values ? JsonSerializer.Serialize(values.Select(LoggedValue.Text)) : null;
}
