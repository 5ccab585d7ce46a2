namespace ChangeLog.Reading;

/// <summary>How much one page may hold, how far it may look for it, and how long its transaction may hang.</summary>
/// <param name="Rows">Changes and events, at most.</param>
/// <param name="Positions">
/// Positions of the log looked at, at most, so that a long empty stretch is crossed in steps.
/// </param>
/// <param name="Timeout">
/// After it the server ends the transaction of a worker that hangs, and a statement that runs on.
/// </param>
internal readonly record struct PageLimits(int Rows, int Positions, TimeSpan Timeout);
