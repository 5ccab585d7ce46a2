namespace ChangeLog.Hosting;

/// <summary>The id under which the worker has reported itself.</summary>
internal sealed record HeartbeatReport(Guid Worker);
