namespace ChangeLog.Dispatching;

/// <summary>Outcome of a page.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Rows">Changes and events that the cursor moved past.</param>
/// <param name="IsProof">Whether the handler was called, and so is known to work.</param>
internal readonly record struct PageReport(PageOutcome Outcome, int Rows = 0, bool IsProof = false);
