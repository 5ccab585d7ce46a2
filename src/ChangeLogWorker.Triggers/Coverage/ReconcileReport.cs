namespace ChangeLogWorker.Triggers.Coverage;

/// <summary>What a reconcile did, or with <c>--dry-run</c> would do.</summary>
/// <param name="Actions">Triggers made, replaced, dropped or enabled.</param>
/// <param name="Failed">Tables that are not as they should be, and why.</param>
/// <param name="SettingChanges">Differences between the settings that were in force and those that are now.</param>
/// <param name="Warnings">What a person should know, as sentences.</param>
public sealed record ReconcileReport(
    IReadOnlyList<TriggerAction> Actions,
    IReadOnlyList<FailedTable> Failed,
    IReadOnlyList<string> SettingChanges,
    IReadOnlyList<string> Warnings)
{
    /// <summary>Settings that a person may want, as sentences: nothing is wrong without them.</summary>
    public IReadOnlyList<string> Hints { get; init; } = [];
}
