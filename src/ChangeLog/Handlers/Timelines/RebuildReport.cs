namespace ChangeLog.Handlers.Timelines;

/// <summary>How far a rebuild is.</summary>
/// <param name="Timeline">Its name.</param>
/// <param name="Share">How much of the log was gone through, 0 to 1.</param>
/// <param name="Entries">Entries that the log makes so far.</param>
/// <param name="Written">Those that were missing; the others are left as they were.</param>
/// <param name="Skipped">Those whose root is gone.</param>
internal sealed record RebuildReport(string Timeline, double Share, long Entries, long Written, long Skipped);
