using System.Text.Json;

namespace ChangeLog.History.Records;

/// <summary>A column of a record with its value, and the change that set it.</summary>
/// <param name="Name">The column.</param>
/// <param name="Value">The value as logged; null: the log has none.</param>
/// <param name="Change">The change that set it; null: not known.</param>
/// <param name="Before">Where that is not known, the first change that found the value there.</param>
internal sealed record BlamedColumn(string Name, JsonElement? Value, BlamedChange? Change, DateTimeOffset? Before)
{
    /// <summary>Tells a null from a value that the log does not have.</summary>
    public bool IsLogged => Value is not null;
}
