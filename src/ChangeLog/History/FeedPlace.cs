namespace ChangeLog.History;

/// <summary>How far the feed has been read.</summary>
/// <param name="Snapshot">Every transaction that is visible in it.</param>
/// <param name="Recovered">Every recovered transaction up to this number.</param>
internal readonly record struct FeedPlace(string Snapshot, long Recovered);
