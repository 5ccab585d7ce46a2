using ChangeLog.Postgres;

namespace ChangeLog.Reading;

/// <summary>Identifies one change or event.</summary>
/// <param name="IsEvent">Whether it is a domain event.</param>
/// <param name="Position">Its position.</param>
/// <param name="LoggedAt">For the only change of a page its logged_at, to find it by; null for an event.</param>
internal readonly record struct EntryKey(bool IsEvent, long Position, DateTime? LoggedAt)
{
    public string Kind => IsEvent ? "event" : "change";

    /// <summary>As function arguments: kind, position, logged_at.</summary>
    public Parameter[] Parameters => [Kind, Position, LoggedAt];
}
