namespace ChangeLog.IntegrationTests.Capture.Fuzzing;

/// <summary>One row of the log: New is the row as it is then, Old as it was, neither there for what has none.</summary>
internal sealed record LoggedChange(
    long Position, string Op, uint Table, string Name, string? New, string? Old, string? Partition);
