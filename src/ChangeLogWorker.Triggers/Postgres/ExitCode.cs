namespace ChangeLogWorker.Triggers.Postgres;

/// <summary>What the program tells scripts and systemd.</summary>
public static class ExitCode
{
    /// <summary>It did what it was asked for.</summary>
    public const int Done = 0;

    /// <summary>
    /// It did not work: server unreachable, rights missing, a table still locked. Trying again may help.
    /// </summary>
    public const int Failed = 1;

    /// <summary>A person must correct something first: verb, settings, login, version.</summary>
    public const int WrongUse = 2;

    /// <summary><c>status</c> found something wrong.</summary>
    public const int FoundWrong = 3;
}
