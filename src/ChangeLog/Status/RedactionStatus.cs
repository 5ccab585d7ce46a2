namespace ChangeLog.Status;

/// <summary>
/// One rule of redaction, and the columns to which it applies now; keys within JSON it finds as they come.
/// </summary>
internal sealed record RedactionStatus(
    string Rule, bool IsDefault, bool IsOff, string Way, string? When, IReadOnlyList<string> Columns)
{
    /// <summary>
    /// Those of them whose table has no such column as <see cref="When"/>: every row of theirs is redacted.
    /// </summary>
    public IReadOnlyList<string> Always { get; init; } = [];
}
