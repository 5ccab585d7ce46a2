using System.Text.Json;

namespace ChangeLog.History;

/// <summary>One entry of a timeline.</summary>
internal sealed record TimelineEntry(
    Guid Id,
    string EventType,
    Guid? ActorUserId,
    string? Stage,
    DateTimeOffset OccurredAt,
    DateTimeOffset CreatedAt,
    JsonElement? Payload);
