using System.Text.Json.Serialization;

namespace ChangeLog.History.Undo;

/// <summary>What an undo would do, row by row in the order in which it is done.</summary>
/// <param name="Reason">The reason that its transaction will have.</param>
/// <param name="Changes">How many changes it undoes.</param>
/// <param name="Keep">What becomes of values that others changed since; null: it is refused if there are any.</param>
/// <param name="Steps">Its rows.</param>
/// <param name="MissingRights">What the login lacks to do it: delete on public.orders.</param>
/// <param name="Triggers">The application's triggers that it fires: public.orders: touch.</param>
internal sealed record UndoPlan(
    string Reason,
    int Changes,
    UndoKeep? Keep,
    IReadOnlyList<UndoStep> Steps,
    IReadOnlyList<string> MissingRights,
    IReadOnlyList<string> Triggers)
{
    /// <summary>Whether conflicts are left that nothing resolves.</summary>
    public bool IsRefused => Unresolved.Any();

    /// <summary>What it writes, in SQL; null: it is refused.</summary>
    public string? Sql => IsRefused ? null : UndoScript.Text(this);

    /// <summary>The conflicts that are not resolved.</summary>
    [JsonIgnore]
    public IEnumerable<UndoConflict> Unresolved =>
        Steps.SelectMany(step => step.Conflicts).Where(conflict => conflict.Kind switch
        {
            UndoConflictKind.ChangedSince => Keep is null,
            UndoConflictKind.Constraint => Keep is not UndoKeep.Theirs,
            _ => true,
        });

    /// <summary>The steps that write something.</summary>
    [JsonIgnore]
    public IEnumerable<UndoStep> Writes => Steps.Where(step => step.Action is not UndoAction.Leave);
}
