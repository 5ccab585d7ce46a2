namespace ChangeLogWorker.Triggers.Coverage;

/// <summary>What a reconcile did, or would do with <c>--dry-run</c>.</summary>
/// <param name="Actions">Triggers created, replaced, dropped or enabled.</param>
/// <param name="Failed">Tables that could not be reconciled, and why.</param>
/// <param name="SettingChanges">Settings that were changed.</param>
/// <param name="Warnings">What a person should know, as sentences.</param>
public sealed record ReconcileReport(
    IReadOnlyList<TriggerAction> Actions,
    IReadOnlyList<FailedTable> Failed,
    IReadOnlyList<string> SettingChanges,
    IReadOnlyList<string> Warnings)
{
    /// <summary>Settings that may be missing, as sentences: nothing is wrong without them.</summary>
    public IReadOnlyList<string> Hints { get; init; } = [];
}
