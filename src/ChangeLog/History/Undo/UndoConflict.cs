namespace ChangeLog.History.Undo;

/// <summary>What stands in the way of an undo, or would be lost by it.</summary>
/// <param name="Kind">How it can be resolved.</param>
/// <param name="Problem">What it is, as a clause without a full stop.</param>
/// <param name="Who">Who made the change in the way; null: no change that is logged.</param>
/// <param name="LoggedAt">When.</param>
/// <param name="Transaction">In which transaction.</param>
internal sealed record UndoConflict(
    UndoConflictKind Kind,
    string Problem,
    string? Who = null,
    DateTimeOffset? LoggedAt = null,
    Guid? Transaction = null)
{
    public static UndoConflict By(UndoChange change, string problem) =>
        new(UndoConflictKind.ChangedSince, problem, change.Origin.Who, change.LoggedAt, change.EventId);
}
