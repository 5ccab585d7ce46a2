namespace ChangeLog.Dispatching;

/// <summary>What one turn came to.</summary>
/// <param name="Turn">What it was.</param>
/// <param name="Rows">How many changes and events it passed.</param>
/// <param name="IsProof">Whether the handler wanted any of them, and so is known to work.</param>
internal readonly record struct TurnReport(Turn Turn, int Rows = 0, bool IsProof = false);
