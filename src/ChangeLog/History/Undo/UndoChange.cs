using System.Text.Json;

namespace ChangeLog.History.Undo;

/// <summary>A change of a row that is undone, or of a row of which another change is.</summary>
/// <param name="Position">Its place in the log.</param>
/// <param name="LoggedAt">The start of its transaction.</param>
/// <param name="EventId">The event of its transaction.</param>
/// <param name="Op">I, U, D or T.</param>
/// <param name="RecordId">The record's identity after it.</param>
/// <param name="FormerId">The identity before it, if it changed the key.</param>
/// <param name="Origin">Who made it.</param>
/// <param name="Before">The row before it; null: there was none.</param>
/// <param name="After">The row after it; null: there was none.</param>
/// <param name="Changed">The columns that an update changed.</param>
internal sealed record UndoChange(
    long Position,
    DateTimeOffset LoggedAt,
    Guid? EventId,
    string Op,
    string? RecordId,
    string? FormerId,
    Origin Origin,
    IReadOnlyDictionary<string, JsonElement>? Before,
    IReadOnlyDictionary<string, JsonElement>? After,
    IReadOnlyList<string> Changed);
