namespace ChangeLogWorker.Changes;

/// <summary>How much one page may hold, and how far it may look for it.</summary>
/// <param name="Rows">Changes and events, at most.</param>
/// <param name="Positions">Positions of the log looked at, at most, so that a long empty stretch is crossed in steps.</param>
internal readonly record struct PageLimits(int Rows, int Positions);
