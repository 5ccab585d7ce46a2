namespace ChangeLog.Handlers.LinkCleanup;

/// <summary>What a sweep of all links found; nothing where it was not due, or another worker's.</summary>
internal sealed record LinkSweepReport(IReadOnlyList<LinkTableReport> Tables);
