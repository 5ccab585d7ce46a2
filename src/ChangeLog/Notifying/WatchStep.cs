namespace ChangeLog.Notifying;

/// <summary>What the watch does after a look.</summary>
/// <param name="Act">To the doorbell, at once.</param>
/// <param name="Pause">Until it looks again.</param>
/// <param name="EndsAtRing">Whether a ring ends the pause.</param>
internal readonly record struct WatchStep(WatchAct Act, TimeSpan Pause, bool EndsAtRing);
