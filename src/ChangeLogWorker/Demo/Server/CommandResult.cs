namespace ChangeLogWorker.Demo.Server;

/// <summary>How a command ended and what it said.</summary>
internal sealed record CommandResult(int ExitCode, string Output, string Error)
{
    public bool Succeeded => ExitCode == 0;

    public string Said => (Error + Output).Trim();
}
