using ChangeLogWorker.Triggers.Coverage;

namespace ChangeLogWorker.Triggers.Schema;

/// <summary>What an uninstall did.</summary>
/// <param name="Actions">Triggers that were dropped.</param>
/// <param name="Failed">
/// Tables whose triggers could not be dropped; capture stays until a later uninstall succeeds.
/// </param>
/// <param name="DroppedData">Whether the schemas with the log are gone.</param>
/// <param name="DroppedRole">Whether the role changelog_capture is gone too.</param>
public sealed record UninstallReport(
    IReadOnlyList<TriggerAction> Actions, IReadOnlyList<FailedTable> Failed, bool DroppedData, bool DroppedRole);
