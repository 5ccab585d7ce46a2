using System.Text.Json.Serialization;

namespace ChangeLog.History;

/// <summary>A recorded transaction and its changes in the order they were made.</summary>
internal sealed record RecordedTransaction(
    [property: JsonPropertyName("event__id")] Guid EventId,
    long Position,
    string Xid,
    DateTimeOffset LoggedAt,
    Origin Origin,
    long Total,
    IReadOnlyList<LoggedChange> Changes);
