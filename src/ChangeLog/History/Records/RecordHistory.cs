namespace ChangeLog.History.Records;

/// <summary>A record's history: its newest changes, oldest first, and their total.</summary>
/// <param name="Changes">As many as were asked for.</param>
/// <param name="Total">All changes, including those of children if asked for.</param>
/// <param name="NotHandled">How many of them are unhandled.</param>
/// <param name="Unseen">What must have happened to the record between those changes without being captured.</param>
internal sealed record RecordHistory(
    IReadOnlyList<LoggedChange> Changes, long Total, int NotHandled, IReadOnlyList<UnseenChange> Unseen)
{
    public long Older => Total - Changes.Count;
}
