namespace ChangeLog.Status;

/// <summary>A table a person would look for, and whether it is captured.</summary>
/// <param name="Table">Schema and name.</param>
/// <param name="Kind">table, partitioned table, foreign table or materialized view.</param>
/// <param name="Covered">Whether it should be captured and, as far as the coverage knows, is.</param>
/// <param name="Since">Since when that has been so.</param>
/// <param name="Reason">Why it is not; of one that is, what passes its triggers by.</param>
/// <param name="IsWrong">It should be captured and is not.</param>
internal sealed record TableStatus(
    string Table, string Kind, bool Covered, DateTimeOffset? Since, string? Reason, bool IsWrong);
