using ChangeLog.Postgres;

namespace ChangeLog.Reading;

/// <summary>Where one change or one event stands.</summary>
/// <param name="IsEvent">Whether it is a domain event, else a change.</param>
/// <param name="Position">Its position.</param>
/// <param name="LoggedAt">
/// Of the only change of a page its logged_at, with which it is found; of an event nothing.
/// </param>
internal readonly record struct EntryKey(bool IsEvent, long Position, DateTime? LoggedAt)
{
    /// <summary>As the database calls it.</summary>
    public string Kind => IsEvent ? "event" : "change";

    /// <summary>As a function takes it: kind, position, logged_at.</summary>
    public Parameter[] Parameters => [Kind, Position, LoggedAt];
}
