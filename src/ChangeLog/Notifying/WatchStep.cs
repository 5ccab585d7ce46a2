namespace ChangeLog.Notifying;

/// <summary>The watch's step after a look.</summary>
/// <param name="Act">What to do at once.</param>
/// <param name="Pause">Until the next look.</param>
/// <param name="WakesOnRing">Whether a notification ends the pause.</param>
internal readonly record struct WatchStep(WatchAction Act, TimeSpan Pause, bool WakesOnRing);
