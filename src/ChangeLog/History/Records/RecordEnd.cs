namespace ChangeLog.History.Records;

/// <summary>How a record ended.</summary>
/// <param name="Change">The delete, the truncate, or the update of its key; null: the log does not say.</param>
/// <param name="NewKey">The key that it got, if that is how it ended.</param>
internal sealed record RecordEnd(BlamedChange? Change, string? NewKey);
