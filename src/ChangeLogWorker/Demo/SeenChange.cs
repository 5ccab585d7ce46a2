using System.Text.Json;

namespace ChangeLogWorker.Demo;

/// <summary>A change as the live view shows it.</summary>
internal sealed record SeenChange(
    DateTimeOffset LoggedAt,
    string? ActorId,
    string Table,
    char Op,
    string? RecordId,
    JsonElement Data,
    JsonElement Previous);
