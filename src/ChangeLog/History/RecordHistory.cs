namespace ChangeLog.History;

/// <summary>
/// What is known of a record: its newest changes, the oldest of them first, and how many there are in all.
/// </summary>
/// <param name="Changes">As many as were asked for.</param>
/// <param name="Total">All changes, those of children included where they were asked for.</param>
/// <param name="NotHandled">How many of all are not yet handled.</param>
internal sealed record RecordHistory(
    IReadOnlyList<LoggedChange> Changes, long Total, int NotHandled)
{
    public long Older => Total - Changes.Count;
}
