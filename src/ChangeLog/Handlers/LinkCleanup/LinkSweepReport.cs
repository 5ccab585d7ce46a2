namespace ChangeLog.Handlers.LinkCleanup;

/// <summary>Findings of a sweep of all links; empty if it was not due, or another worker's turn.</summary>
internal sealed record LinkSweepReport(IReadOnlyList<LinkTableReport> Tables);
