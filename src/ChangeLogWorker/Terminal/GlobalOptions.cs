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

    public static readonly Option<string?> TimeZone = new("--time-zone")
    {
        Description = "The time zone of times, shown or given: Europe/Berlin, UTC",
        HelpName = "zone",
        Recursive = true,
    };

    public static readonly Option<bool> Full = new("--full")
    {
        Description = "Cut nothing short to fit the terminal; nothing ever is in a pipe",
        Recursive = true,
    };

    public static IReadOnlyList<Option> All { get; } = [Config, Json, TimeZone, Full];
}
