namespace ChangeLog.Notifying;

/// <summary>How often the watch looks.</summary>
/// <param name="Shortest">Between two looks, while there is something to do.</param>
/// <param name="LongestAwake">The longest pause while writers count on the worker being awake.</param>
/// <param name="LongestUnheard">The longest pause while nobody can ring.</param>
/// <param name="Asleep">The pause while writers ring.</param>
internal readonly record struct WatchPace(
    TimeSpan Shortest, TimeSpan LongestAwake, TimeSpan LongestUnheard, TimeSpan Asleep);
