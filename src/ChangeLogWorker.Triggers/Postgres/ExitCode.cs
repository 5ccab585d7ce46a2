namespace ChangeLogWorker.Triggers.Postgres;

/// <summary>Exit codes, for scripts and systemd.</summary>
public static class ExitCode
{
    /// <summary>Success.</summary>
    public const int Done = 0;

    /// <summary>It failed: server unreachable, rights missing, a table still locked. A retry may help.</summary>
    public const int Failed = 1;

    /// <summary>A person must fix something first: verb, settings, login, version.</summary>
    public const int WrongUse = 2;

    /// <summary><c>status</c> found a problem.</summary>
    public const int FoundWrong = 3;
}
