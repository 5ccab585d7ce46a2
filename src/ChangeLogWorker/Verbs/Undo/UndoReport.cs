using ChangeLog.History.Undo;

namespace ChangeLogWorker.Verbs.Undo;

/// <summary>A plan, and whether it was carried out.</summary>
/// <param name="Plan">What would be done, or was.</param>
/// <param name="Applied">Whether it was done.</param>
/// <param name="Transaction">The transaction that did it; null: it was not, or no table of it is captured.</param>
internal sealed record UndoReport(UndoPlan Plan, bool Applied, Guid? Transaction);
