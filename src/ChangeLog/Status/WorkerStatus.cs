namespace ChangeLog.Status;

/// <summary>A worker that runs now, as it has said itself within seconds.</summary>
internal sealed record WorkerStatus(
    string Host, int ProcessId, string Version, string User, DateTimeOffset Since, TimeSpan LastSeen);
