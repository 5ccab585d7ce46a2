namespace ChangeLog.Handlers.Enrichment;

/// <summary>How many details of an earlier version were looked at.</summary>
internal sealed record RequestBackfillReport(long Details);
