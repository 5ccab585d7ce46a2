namespace ChangeLogWorker.Triggers.Postgres;

/// <summary>What a person must put right first: the message is the whole sentence that they are shown.</summary>
/// <param name="message">What is wrong, on which object, and what to do.</param>
/// <param name="exitCode">The program's exit code: 1 failed, 2 unusable settings or server.</param>
public class RefusedException(string message, int exitCode) : Exception(message)
{
    /// <summary>The program's exit code: 1 failed, 2 unusable settings or server.</summary>
    public int ExitCode { get; } = exitCode;
}
