using System.Text.Json;
using System.Text.Json.Serialization;

namespace ChangeLog.History;

/// <summary>A change as shown to people, with who made it.</summary>
/// <param name="Position">Its place in the log.</param>
/// <param name="LoggedAt">The start of its transaction.</param>
/// <param name="EventId">The event of its transaction; null if the transaction's row is missing.</param>
/// <param name="Op">I, U, D, T or S.</param>
/// <param name="Action">As the handler enrich wrote it; null while unhandled.</param>
/// <param name="TableOid">The table's oid.</param>
/// <param name="TableSchema">The schema's name at the time.</param>
/// <param name="TableName">The table's name at the time.</param>
/// <param name="RecordId">The record's identity.</param>
/// <param name="Origin">Who made it.</param>
/// <param name="RecordData">The new row, for a delete the old one.</param>
/// <param name="PreviousData">For an update the old values of what changed.</param>
internal sealed record LoggedChange(
    long Position,
    DateTimeOffset LoggedAt,
    [property: JsonPropertyName("event__id")] Guid? EventId,
    string Op,
    string? Action,
    [property: JsonIgnore] uint TableOid,
    string TableSchema,
    string TableName,
    string? RecordId,
    Origin Origin,
    JsonElement? RecordData,
    JsonElement? PreviousData)
{
    public bool Handled => Action is not null;

    /// <summary>The columns that the table has now, in order; empty for a dropped table.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> TableColumns { get; init; } = [];

    [JsonIgnore]
    public string Table => $"{TableSchema}.{TableName}";
}
