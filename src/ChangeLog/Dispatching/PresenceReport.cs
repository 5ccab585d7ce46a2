namespace ChangeLog.Dispatching;

/// <summary>Under which id the worker has said that it runs.</summary>
internal sealed record PresenceReport(Guid Worker);
