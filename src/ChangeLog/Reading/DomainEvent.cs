using System.Text.Json.Nodes;

namespace ChangeLog.Reading;

/// <summary>One row of lib_event.event: something that happened according to an application.</summary>
/// <param name="Position">Its place in the log.</param>
/// <param name="EventId">The id it was announced under: stable, so usable as an idempotency key.</param>
/// <param name="Xid">The transaction that created it.</param>
/// <param name="EventType">By convention service.resourceType.verb_past_tense.</param>
/// <param name="OccurredAt">When it happened, in UTC; clamped to the years 1 to 9999.</param>
/// <param name="CreatedAt">When it was stored, in UTC.</param>
/// <param name="Source">Who originated it.</param>
/// <param name="PartitionKey">The producer's own.</param>
/// <param name="Headers">The producer's own, plus those from the context.</param>
/// <param name="Payload">Its content.</param>
public sealed record DomainEvent(
    long Position,
    Guid EventId,
    ulong Xid,
    string EventType,
    DateTime OccurredAt,
    DateTime CreatedAt,
    Guid? Source,
    string? PartitionKey,
    JsonObject Headers,
    JsonNode? Payload) : Entry(Position);
