namespace ChangeLog.Hosting;

/// <summary>Under which id the worker has said that it runs.</summary>
internal sealed record HeartbeatReport(Guid Worker);
