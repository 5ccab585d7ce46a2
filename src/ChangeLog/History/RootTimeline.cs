namespace ChangeLog.History;

/// <summary>The timeline of one root: its newest entries, the oldest of them first.</summary>
/// <param name="Timeline">The timeline's name.</param>
/// <param name="Root">The root's table.</param>
/// <param name="Id">The root's key.</param>
/// <param name="Total">How many entries there are, those not counted that were soft-deleted.</param>
/// <param name="Entries">As many as were asked for.</param>
/// <param name="IsBehind">Whether the handler has something still to handle.</param>
internal sealed record RootTimeline(
    string Timeline, string Root, string Id, long Total, IReadOnlyList<TimelineEntry> Entries, bool IsBehind);
