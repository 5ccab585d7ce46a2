namespace ChangeLogWorker.Demo.Server;

/// <summary>Exit code and output of a command.</summary>
internal sealed record CommandResult(int ExitCode, string Output, string Error)
{
    public bool Succeeded => ExitCode == 0;

    public string Said => (Error + Output).Trim();
}
