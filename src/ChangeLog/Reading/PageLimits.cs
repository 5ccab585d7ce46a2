namespace ChangeLog.Reading;

/// <summary>Limits of a page: its size, how far to scan, and how long its transaction may hang.</summary>
/// <param name="Rows">Changes and events, at most.</param>
/// <param name="Positions">Positions scanned, at most, so that a long empty stretch is crossed in steps.</param>
/// <param name="Timeout">After it the server ends a hanging worker's transaction, and a running statement.</param>
internal readonly record struct PageLimits(int Rows, int Positions, TimeSpan Timeout);
