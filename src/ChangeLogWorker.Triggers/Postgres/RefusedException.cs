namespace ChangeLogWorker.Triggers.Postgres;

/// <summary>Something a person must fix first; the message is shown to them as it is.</summary>
/// <param name="message">What is wrong, with which object, and what to do.</param>
/// <param name="exitCode">The program's exit code: 1 failed, 2 unusable settings or server.</param>
public class RefusedException(string message, int exitCode) : Exception(message)
{
    /// <summary>The exit code.</summary>
    public int ExitCode { get; } = exitCode;
}
