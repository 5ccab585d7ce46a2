namespace ChangeLog.History.Records;

/// <summary>A time in which a table was not captured.</summary>
/// <param name="From">From when.</param>
/// <param name="Until">Until when; null: still.</param>
/// <param name="Reason">Why.</param>
internal sealed record UncapturedTime(DateTimeOffset From, DateTimeOffset? Until, string Reason);
