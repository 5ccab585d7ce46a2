using System.ComponentModel;
using ChangeLogWorker.Triggers.Postgres;

namespace ChangeLogWorker.Demo.Server;

/// <summary>The folder with a PostgreSQL server's programs, searched in the usual places.</summary>
internal sealed record PostgresBinaries(string Directory, string Version)
{
    private const string Advice =
        "install PostgreSQL 13 or newer (Debian and Ubuntu: apt-get install postgresql), "
        + "or set ChangeLog:Embedded:BinDirectory to the folder that holds initdb, pg_ctl and postgres.";

    private static readonly string[] Programs = ["initdb", "pg_ctl", "postgres"];

    private static readonly string[] InstallFolders =
    [
        "/usr/lib/postgresql", "/usr/libexec", "/usr", "/opt", "/usr/local", "/opt/homebrew/opt", "/usr/local/opt",
        "/Library/PostgreSQL", "/Applications/Postgres.app/Contents/Versions",
    ];

    /// <summary>The newest server that the account may run; an explicit folder is used as it is, or refused.</summary>
    public static async Task<PostgresBinaries> FindAsync(
        string? binDirectory, ServerAccount account, CancellationToken cancellationToken)
    {
        if (!string.IsNullOrWhiteSpace(binDirectory) && !HoldsServer(binDirectory))
        {
            throw new RefusedException(
                $"ChangeLog:Embedded:BinDirectory is {binDirectory}, which does not contain initdb, pg_ctl and "
                    + "postgres: "
                + "name the folder that does.", 2);
        }

        var folders = string.IsNullOrWhiteSpace(binDirectory) ? Candidates() : [Path.GetFullPath(binDirectory)];
        string? refused = null;
        foreach (var folder in folders)
        {
            var (version, reason) = await AskVersionAsync(folder, account, cancellationToken);
            if (version is not null)
            {
                return new PostgresBinaries(folder, version);
            }

            refused ??= $"{folder} ({reason})";
        }

        var who = account.UserName is null ? "this user" : $"user {account.UserName}";
        throw new RefusedException(
            refused is null
                ? $"No PostgreSQL server programs were found: {Advice}"
                : $"The PostgreSQL server in {refused} cannot be run by {who}: give it access, or {Advice}", 1);
    }

    public string Program(string name) => Path.Combine(Directory, name);

    public static string? OnPath(string program) =>
        SearchPath().Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    /// <summary>PATH first, with links resolved, then the usual folders, newest version first.</summary>
    internal static IReadOnlyList<string> Candidates() =>
        [.. SearchPath().SelectMany(ResolveLink).Concat(Installed()).Distinct().Where(HoldsServer)];

    private static IEnumerable<string> SearchPath() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Where(Path.IsPathRooted);

    private static IEnumerable<string> ResolveLink(string folder)
    {
        yield return folder;
        foreach (
            var link in Programs.Select(program => new FileInfo(Path.Combine(folder, program))).Where(f => f.Exists))
        {
            if (link.ResolveLinkTarget(returnFinalTarget: true) is FileInfo { DirectoryName: { } target })
            {
                yield return target;
            }
        }
    }

    private static IEnumerable<string> Installed() =>
        InstallFolders
            .Where(System.IO.Directory.Exists)
            .SelectMany(Subfolders)
            .Select(folder => Path.Combine(folder, "bin"))
            .Where(System.IO.Directory.Exists)
            .OrderByDescending(VersionOf);

    private static IEnumerable<string> Subfolders(string parent) =>
        System.IO.Directory.EnumerateDirectories(parent)
            .Where(folder => VersionOf(folder) > 0 || folder.Contains("postgres", StringComparison.OrdinalIgnoreCase)
                || folder.Contains("pgsql", StringComparison.OrdinalIgnoreCase));

    /// <summary>
    /// The last number in a path: 16 of /usr/lib/postgresql/16/bin and of /opt/homebrew/opt/postgresql@16.
    /// </summary>
    private static double VersionOf(string path)
    {
        var digits = new string([.. path.Reverse().SkipWhile(c => !char.IsAsciiDigit(c))
            .TakeWhile(c => char.IsAsciiDigit(c) || c == '.').Reverse()]);
        return double.TryParse(digits.Trim('.'), out var version) ? version : 0;
    }

    private static bool HoldsServer(string folder) =>
        Programs.All(program => File.Exists(Path.Combine(folder, program)));

    private static async Task<(string? Version, string? Reason)> AskVersionAsync(
        string folder, ServerAccount account, CancellationToken cancellationToken)
    {
        try
        {
            var result = await account.RunAsync(Path.Combine(folder, "postgres"), ["--version"], cancellationToken);
            return result.Succeeded
                ? (result.Output.Trim(), null)
                : (null, result.Said);
        }
        catch (Win32Exception e)
        {
            return (null, e.Message);
        }
    }
}
