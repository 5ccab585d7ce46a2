using System.Text.Json.Serialization;
using ChangeLog.Reading;

namespace ChangeLog.Dispatching.DeadLetters;

/// <summary>A change or event that a handler gave up on, and its resolution.</summary>
internal sealed record DeadLetter(
    long Id,
    string Handler,
    string Kind,
    long Position,
    DateTime LoggedAt,
    string? TableSchema,
    string? TableName,
    string? Op,
    string? RecordId,
    [property: JsonPropertyName("event__id")] Guid? EventId,
    string? EventType,
    string Error,
    string? Sqlstate,
    string ErrorType,
    int Attempts,
    DateTime FirstFailedAt,
    DateTime LastFailedAt,
    DateTime? RetryRequestedAt,
    DateTime? ResolvedAt,
    string? Resolution,
    string? ResolvedBy,
    string? Reason)
{
    internal EntryKey Key => Kind == "event"
        ? new EntryKey(IsEvent: true, Position, LoggedAt: null)
        : new EntryKey(IsEvent: false, Position, LoggedAt);

    internal bool IsOpen => ResolvedAt is null;
}
