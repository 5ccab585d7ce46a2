using System.Text.Json.Serialization;

namespace ChangeLog.History;

/// <summary>A recorded transaction with its changes, in order.</summary>
internal sealed record RecordedTransaction(
    [property: JsonPropertyName("event__id")] Guid EventId,
    long Position,
    string Xid,
    DateTimeOffset LoggedAt,
    Origin Origin,
    long Total,
    IReadOnlyList<LoggedChange> Changes);
