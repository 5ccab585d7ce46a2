using ChangeLogWorker.Triggers.Coverage;

namespace ChangeLogWorker.Triggers.Schema;

/// <summary>What an install did, or would do with <c>--dry-run</c>.</summary>
/// <param name="IsFirst">Nothing was installed before.</param>
/// <param name="Scripts">Scripts that ran because they were new or had changed.</param>
/// <param name="Partitions">Log partitions created.</param>
/// <param name="FollowsDdl">Whether a DDL event trigger captures new tables at once.</param>
/// <param name="Warnings">What a person should know, as sentences.</param>
/// <param name="Reconcile">The reconcile that ends every install.</param>
public sealed record InstallReport(
    bool IsFirst,
    IReadOnlyList<string> Scripts,
    IReadOnlyList<string> Partitions,
    bool FollowsDdl,
    IReadOnlyList<string> Warnings,
    ReconcileReport Reconcile)
{
    /// <summary>Whether the schema itself was changed.</summary>
    public bool Changed => Scripts.Count > 0;
}
