namespace ChangeLog.Status;

/// <summary>The settings that the database holds, whatever the files say.</summary>
internal sealed record SettingsInForce(
    IReadOnlyList<string> NonLoggedTables,
    IReadOnlyList<string>? Schemas,
    bool LogNoOpUpdates,
    bool FireAlways)
{
    /// <summary>Working tables of tools, which are left out unless they are taken in.</summary>
    public IReadOnlyList<string> NonLoggedByDefault { get; init; } = [];
}
