using System.Text.Json;

namespace ChangeLogWorker.Demo;

/// <summary>A change in the live view.</summary>
/// <param name="LoggedAt">The start of its transaction.</param>
/// <param name="Who">The actor, otherwise the database user.</param>
/// <param name="Table">The table's name.</param>
/// <param name="Op">I, U, D, T or S.</param>
/// <param name="RecordId">The record's identity.</param>
/// <param name="Columns">The table's columns in order, without its primary key.</param>
/// <param name="Data">The new row, for a delete the old one.</param>
/// <param name="Previous">For an update the old values of what changed.</param>
internal sealed record SeenChange(
    DateTimeOffset LoggedAt,
    string Who,
    string Table,
    char Op,
    string? RecordId,
    IReadOnlyList<string> Columns,
    JsonElement Data,
    JsonElement Previous);
