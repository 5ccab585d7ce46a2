using System.CommandLine;

namespace ChangeLogWorker.Terminal;

/// <summary>Options that every verb takes.</summary>
internal static class GlobalOptions
{
    public static readonly Option<FileInfo?> Config = new("--config")
    {
        Description = "A settings file, read after the appsettings.json beside the program",
        HelpName = "file",
        Recursive = true,
    };

    public static readonly Option<bool> Json = new("--json")
    {
        Description = "Write JSON, for scripts",
        Recursive = true,
    };
}
