namespace ChangeLog.Status;

/// <summary>The trigger function that captures a table's rows.</summary>
/// <param name="Function">Schema and name.</param>
/// <param name="IsOwn">Whether it was made for this table; a general one takes the rows of any.</param>
/// <param name="Reason">Why the table has no function of its own; null also until a reconcile has made it.</param>
/// <param name="Pins">The settings that its own function pins, each with the columns whose text depends on it.</param>
internal sealed record CaptureFunction(
    string Function, bool IsOwn, string? Reason, IReadOnlyDictionary<string, IReadOnlyList<string>> Pins);
