namespace ChangeLog.Handlers.LinkCleanup;

/// <summary>What was done about links to records that are gone, or would be.</summary>
/// <param name="SettingChanges">Policies that were not in force before, and rights that were granted for them.</param>
/// <param name="Warnings">Rights that others have to grant.</param>
/// <param name="Tables">Every table with links.</param>
internal sealed record LinksReport(
    IReadOnlyList<string> SettingChanges, IReadOnlyList<string> Warnings, IReadOnlyList<LinkTableReport> Tables);
