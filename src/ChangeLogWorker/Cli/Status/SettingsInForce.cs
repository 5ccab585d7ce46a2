namespace ChangeLogWorker.Cli.Status;

/// <summary>The settings that the database holds, whatever the files say.</summary>
internal sealed record SettingsInForce(
    IReadOnlyList<string> NonLoggedTables,
    IReadOnlyList<string>? Schemas,
    bool LogNoOpUpdates,
    bool FireAlways);
