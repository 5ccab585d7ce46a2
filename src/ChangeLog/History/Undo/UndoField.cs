using System.Text.Json;

namespace ChangeLog.History.Undo;

/// <summary>What a field of a row becomes.</summary>
/// <param name="Column">The column's name.</param>
/// <param name="From">The value that the log has last; null: the row does not exist.</param>
/// <param name="To">The value that it gets; null: the row goes.</param>
internal readonly record struct UndoField(string Column, JsonElement? From, JsonElement? To);
