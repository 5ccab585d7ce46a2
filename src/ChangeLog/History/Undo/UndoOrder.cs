using ChangeLog.History.Undo.Tables;

namespace ChangeLog.History.Undo;

/// <summary>Puts steps into an order that no foreign key and no unique key forbids.</summary>
/// <remarks>
/// The reverse order of the changes, but parents come before what refers to them and go after it, and a value is
/// released before another row takes it.
/// </remarks>
internal static class UndoOrder
{
    public static List<UndoStep> Of(IReadOnlyList<UndoStep> steps, IReadOnlyList<UndoReference> references)
    {
        var before = Edges(steps, references);
        HashSet<UndoStep> done = new(ReferenceEqualityComparer.Instance);
        List<UndoStep> ordered = [];
        var waiting = steps.OrderByDescending(step => step.LastUndone).ToList();
        while (waiting.Count > 0)
        {
            var next = waiting.Find(step => before[step].All(done.Contains));
            if (next is null)
            {
                return [.. ordered, .. waiting.Select(step => step.With(new UndoConflict(
                    UndoConflictKind.Impossible,
                    "rows depend on one another in a circle; undo the changes in several steps, the last first")))];
            }

            ordered.Add(next);
            done.Add(next);
            waiting.Remove(next);
        }

        return ordered;
    }

    // to each step those that come first
    private static Dictionary<UndoStep, List<UndoStep>> Edges(
        IReadOnlyList<UndoStep> steps, IReadOnlyList<UndoReference> references)
    {
        var before = new Dictionary<UndoStep, List<UndoStep>>(ReferenceEqualityComparer.Instance);
        foreach (var step in steps)
        {
            before[step] = [];
        }

        void Add(UndoStep? first, UndoStep then)
        {
            if (first is not null && !ReferenceEquals(first, then))
            {
                before[then].Add(first);
            }
        }

        foreach (var reference in references)
        {
            var parents = new UndoMoves(steps, reference.Parent, reference.ParentColumns);
            foreach (var (child, old, now) in new UndoMoves(steps, reference.Child, reference.ChildColumns).All)
            {
                Add(parents.To(now), child);
                if (parents.From(old) is { } parent
                    && !(parent.Action is UndoAction.Update && reference.FollowsUpdate))
                {
                    Add(child, parent);
                }
            }
        }

        foreach (var table in steps.Select(step => step.Target).OfType<UndoTable>().DistinctBy(table => table.Oid))
        {
            foreach (var unique in table.Uniques)
            {
                var rows = new UndoMoves(steps, table, unique);
                foreach (var (taker, _, now) in rows.All)
                {
                    Add(rows.From(now), taker);
                }
            }
        }

        return before;
    }
}
