using System.CommandLine;

namespace ChangeLogWorker.Terminal;

/// <summary>The option --dry-run.</summary>
internal static class DryRun
{
    public static Option<bool> Option() => new("--dry-run")
    {
        Description = "Only show what would be done: each trigger to create, replace, drop or enable",
    };
}
