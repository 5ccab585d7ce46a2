using System.Text.Json;
using System.Text.Json.Serialization;

namespace ChangeLog.History;

/// <summary>An event that an application created with lib_event.create.</summary>
internal sealed record StoredEvent(
    [property: JsonPropertyName("event__id")] Guid EventId,
    string EventType,
    DateTimeOffset OccurredAt,
    DateTimeOffset CreatedAt,
    JsonElement? Headers,
    JsonElement? Payload);
