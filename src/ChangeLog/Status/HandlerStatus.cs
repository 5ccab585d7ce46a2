namespace ChangeLog.Status;

/// <summary>How far a handler is.</summary>
/// <param name="Handler">Its name.</param>
/// <param name="Stream">What it reads.</param>
/// <param name="Handled">Changes and events so far.</param>
/// <param name="Behind">Changes and events still to come.</param>
/// <param name="OldestUnhandled">Age of the oldest of these.</param>
/// <param name="LastMoved">How long ago its cursor moved.</param>
/// <param name="WindowShare">How much of the window in hand is handled, 0 to 1; null: none is open.</param>
internal sealed record HandlerStatus(
    string Handler,
    string Stream,
    long Handled,
    long Behind,
    TimeSpan? OldestUnhandled,
    TimeSpan LastMoved,
    double? WindowShare);
