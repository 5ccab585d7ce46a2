namespace ChangeLog.History.Records;

/// <summary>What must have happened to a record between two neighbouring changes without being captured.</summary>
/// <param name="After">The position of the change before it.</param>
/// <param name="Before">The position of the change after it.</param>
/// <param name="What">changed, created or deleted.</param>
/// <param name="Fields">What differs between the row as the one left it and as the other found it.</param>
/// <param name="NotCaptured">When the table was not captured meanwhile.</param>
internal sealed record UnseenChange(
    long After,
    long Before,
    string What,
    IReadOnlyList<UnseenField> Fields,
    IReadOnlyList<UncapturedTime> NotCaptured);
