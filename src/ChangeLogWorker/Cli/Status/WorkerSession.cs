namespace ChangeLogWorker.Cli.Status;

/// <summary>A worker that runs now, known by the advisory lock of its LISTEN connection.</summary>
internal sealed record WorkerSession(int Pid, string? User, string? Client, DateTimeOffset? Since);
