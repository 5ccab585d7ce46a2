namespace ChangeLog.History.Undo;

/// <summary>Tells the rows of a table apart as their keys change.</summary>
internal static class RowTraces
{
    /// <summary>The rows of which changes are undone, and the row that has each identity now.</summary>
    public static (List<RowTrace> Undone, Dictionary<string, RowTrace> ById) Of(
        IEnumerable<UndoChange> changes, IReadOnlySet<long> undone)
    {
        List<RowTrace> all = [];
        Dictionary<string, RowTrace> byId = [];
        foreach (var change in changes)
        {
            if (change.Op == "T")
            {
                foreach (var trace in all.Where(trace => trace.Last is not null))
                {
                    trace.Add(change, isUndone: false);
                }

                continue;
            }

            if (change.RecordId is not { } id)
            {
                continue;
            }

            var former = change.FormerId ?? id;
            if (!byId.Remove(former, out var row))
            {
                row = new RowTrace();
                all.Add(row);
            }

            byId[id] = row;
            row.Add(change, undone.Contains(change.Position));
        }

        return ([.. all.Where(trace => trace.IsUndone)], byId);
    }
}
