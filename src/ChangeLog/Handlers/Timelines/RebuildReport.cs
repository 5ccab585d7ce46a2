namespace ChangeLog.Handlers.Timelines;

/// <summary>Progress of a rebuild.</summary>
/// <param name="Timeline">Its name.</param>
/// <param name="Share">Share of the log processed, 0 to 1.</param>
/// <param name="Entries">Entries derived so far.</param>
/// <param name="Written">Those that were missing; the others stay as they are.</param>
/// <param name="Skipped">Those whose root is gone.</param>
internal sealed record RebuildReport(string Timeline, double Share, long Entries, long Written, long Skipped);
