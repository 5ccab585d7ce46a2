namespace ChangeLog.Notifying;

/// <summary>What the watch does after a look.</summary>
/// <param name="Act">To the doorbell, at once.</param>
/// <param name="Pause">Until it looks again.</param>
/// <param name="WakesOnRing">Whether a ring ends the pause.</param>
internal readonly record struct WatchStep(WatchAction Act, TimeSpan Pause, bool WakesOnRing);
