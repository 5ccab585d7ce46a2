using ChangeLogWorker.Triggers.Coverage;

namespace ChangeLogWorker.Triggers.Schema;

/// <summary>What an install did, or with <c>--dry-run</c> would do.</summary>
/// <param name="IsFirst">Nothing was installed before.</param>
/// <param name="Scripts">Scripts that ran because they were new or their text had changed.</param>
/// <param name="Partitions">Partitions of the log that were made.</param>
/// <param name="FollowsDdl">Whether new tables are captured at once, by a DDL event trigger.</param>
/// <param name="Warnings">What a person should know, as sentences.</param>
/// <param name="Reconcile">The reconcile that every install ends with.</param>
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
