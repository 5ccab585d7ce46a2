using System.Diagnostics;
using ChangeLogWorker.Triggers.Postgres;

namespace ChangeLogWorker.Demo.Server;

/// <summary>The operating system user that runs the private server: PostgreSQL refuses to run as root.</summary>
internal sealed record ServerAccount(string? UserName, IReadOnlyList<string> Prefix)
{
    private static readonly string[] Candidates = ["postgres", "nobody"];

    public static ServerAccount Choose()
    {
        if (OperatingSystem.IsWindows())
        {
            throw new RefusedException(
                "A private PostgreSQL cannot be started on Windows: use WSL, or use a server of your own.", 1);
        }

        return Environment.IsPrivilegedProcess ? Unprivileged() : new ServerAccount(null, []);
    }

    /// <summary>Runs a program as this account, without the caller's working directory and PG* variables.</summary>
    public async Task<CommandResult> RunAsync(
        string program, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        using var process = Start(program, arguments);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var error = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return new CommandResult(process.ExitCode, await output, await error);
    }

    public Process Start(string program, IReadOnlyList<string> arguments)
    {
        string[] line = [.. Prefix, program, .. arguments];
        var start = new ProcessStartInfo(line[0], line[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            // another user may not read the caller's directory, and PostgreSQL looks up where it is
            WorkingDirectory = "/",
        };
        foreach (var name in start.Environment.Keys.Where(n => n.StartsWith("PG", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        start.Environment["LC_ALL"] = "C";
        return Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
    }

    private static ServerAccount Unprivileged()
    {
        var entries = File.ReadLines("/etc/passwd").Select(line => line.Split(':')).ToLookup(fields => fields[0]);
        var entry = Candidates.SelectMany(name => entries[name]).FirstOrDefault(fields => fields.Length > 3)
            ?? throw new RefusedException(
                "PostgreSQL does not run as root, and there is no user postgres or nobody to run it as: "
                + "start this as an ordinary user, or add a user: useradd --system postgres.", 1);

        if (PostgresBinaries.OnPath("setpriv") is { } setpriv)
        {
            return new ServerAccount(
                entry[0], [setpriv, $"--reuid={entry[2]}", $"--regid={entry[3]}", "--clear-groups", "--"]);
        }

        var runuser = PostgresBinaries.OnPath("runuser") ?? throw new RefusedException(
            "PostgreSQL does not run as root, and there is neither setpriv nor runuser to run it as another user: "
            + "start this as an ordinary user, or install util-linux.", 1);
        return new ServerAccount(entry[0], [runuser, "-u", entry[0], "--"]);
    }
}
