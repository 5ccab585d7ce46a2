namespace ChangeLog.Handlers.LinkCleanup;

/// <summary>What was done, or would be, about links whose target is gone.</summary>
/// <param name="SettingChanges">Policies that were not in force before, and rights granted for them.</param>
/// <param name="Warnings">Rights that somebody else has to grant.</param>
/// <param name="Tables">Every table with links.</param>
internal sealed record LinksReport(
    IReadOnlyList<string> SettingChanges, IReadOnlyList<string> Warnings, IReadOnlyList<LinkTableReport> Tables);
