using System.Text.Json;

namespace ChangeLog.History.Undo.Tables;

/// <summary>Logged values as SQL, the same whatever the session's settings.</summary>
internal static class SqlText
{
    /// <summary>A literal of a text, whatever standard_conforming_strings is.</summary>
    public static string Literal(string text)
    {
        var quoted = text.Replace("'", "''", StringComparison.Ordinal);
        return quoted.Contains('\\', StringComparison.Ordinal)
            ? $"E'{quoted.Replace("\\", "\\\\", StringComparison.Ordinal)}'"
            : $"'{quoted}'";
    }

    /// <summary>A logged value as an expression that can be assigned to its column.</summary>
    public static string Value(UndoTable table, UndoColumn column, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => "null",
        _ when LoggedValue.KeptText(value) is { } text => Literal(text),
        _ when column.IsJson => Literal(value.GetRawText()),
        JsonValueKind.Array or JsonValueKind.Object =>
            $"(pg_catalog.jsonb_populate_record(null::{table.Quoted}, "
            + $"{Literal($"{{{JsonSerializer.Serialize(column.Name)}: {value.GetRawText()}}}")})).{column.Quoted}",
        _ => Literal(LoggedValue.Text(value)),
    };

    /// <summary>A condition on a row r that columns have the values of a row.</summary>
    public static string Condition(
        IEnumerable<UndoColumn> columns, IEnumerable<JsonElement> values) =>
        string.Join(" and ", columns.Zip(values, (column, value) => column.Is(Literal(LoggedValue.Text(value)))));
}
