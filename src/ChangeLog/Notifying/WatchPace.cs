namespace ChangeLog.Notifying;

/// <summary>The watch's polling intervals.</summary>
/// <param name="Shortest">While there is work.</param>
/// <param name="LongestAwake">The longest while writers rely on the worker being awake.</param>
/// <param name="LongestUnheard">The longest while nobody can notify.</param>
/// <param name="Asleep">While writers notify.</param>
internal readonly record struct WatchPace(
    TimeSpan Shortest, TimeSpan LongestAwake, TimeSpan LongestUnheard, TimeSpan Asleep);
