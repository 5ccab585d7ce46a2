namespace ChangeLog.History;

/// <summary>The timeline of one root: its newest entries, oldest first.</summary>
/// <param name="Timeline">The timeline's name.</param>
/// <param name="Root">The root's table.</param>
/// <param name="Id">The root's key.</param>
/// <param name="Total">How many entries there are, not counting soft-deleted ones.</param>
/// <param name="Entries">As many as were asked for.</param>
/// <param name="IsBehind">Whether the handler has entries to handle.</param>
internal sealed record RootTimeline(
    string Timeline, string Root, string Id, long Total, IReadOnlyList<TimelineEntry> Entries, bool IsBehind);
