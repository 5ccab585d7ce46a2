using System.Text.Json;
using ChangeLog.History.Undo.Tables;

namespace ChangeLog.History.Undo;

/// <summary>Decides what becomes of a row: what it was, but for what others did to it since.</summary>
internal sealed class UndoStepPlanner(
    UndoTable table,
    RowTrace trace,
    IReadOnlyDictionary<string, JsonElement>? current,
    string? version,
    UndoKeep? keep)
{
    private readonly List<UndoConflict> _conflicts = [];
    private readonly List<UndoField> _fields = [];
    private readonly List<string> _lost = [];

    private bool _isCreatedAgain;

    private bool KeepsTheirs => keep is UndoKeep.Theirs;

    public UndoStep Plan()
    {
        var action = Action();
        return new UndoStep
        {
            Table = table.Name,
            RecordId = trace.RecordId,
            Action = action,
            Fields = _fields,
            Lost = _lost,
            Conflicts = _conflicts,
            Target = table,
            Current = current,
            Version = version,
            LastUndone = trace.LastUndone,
        };
    }

    private UndoAction Action()
    {
        var isUnlogged = (current is null) != (trace.Last is null);
        if (trace.Before is not { } before)
        {
            return current is null ? UndoAction.Leave : Delete(isUnlogged);
        }

        if (isUnlogged)
        {
            _conflicts.Add(new UndoConflict(
                UndoConflictKind.ChangedSince,
                current is null
                    ? "deleted since, by what was not logged" : "created again since, by what was not logged"));
        }
        else if (trace.LastOtherExistence is { } other)
        {
            _conflicts.Add(UndoConflict.By(other, other.Op switch
            {
                "D" => "deleted since",
                "T" => "truncated since",
                _ => "created again since",
            }));
        }

        if (_conflicts.Count > 0 && KeepsTheirs)
        {
            return UndoAction.Leave;
        }

        _isCreatedAgain = _conflicts.Count > 0 && current is not null;
        return current is null ? Insert(before) : Update(before, current);
    }

    private UndoAction Delete(bool isUnlogged)
    {
        if (isUnlogged)
        {
            _conflicts.Add(new UndoConflict(
                UndoConflictKind.ChangedSince, "created again since, by what was not logged"));
        }
        else if (trace.LastOther is { } other)
        {
            _conflicts.Add(UndoConflict.By(
                other, $"changed since, and would be deleted{Names(other.Changed)}"));
        }
        else if (Unlogged(trace.LastRow.Keys) is { Count: > 0 } columns)
        {
            _conflicts.Add(new UndoConflict(
                UndoConflictKind.ChangedSince,
                $"changed since by what was not logged, and would be deleted{Names(columns)}"));
        }

        if (_conflicts.Count > 0 && KeepsTheirs)
        {
            return UndoAction.Leave;
        }

        foreach (var name in table.Columns.Keys)
        {
            if (trace.LastRow.TryGetValue(name, out var last))
            {
                _fields.Add(new UndoField(name, last, null));
            }
        }

        return UndoAction.Delete;
    }

    private UndoAction Insert(IReadOnlyDictionary<string, JsonElement> before)
    {
        foreach (var column in table.Columns.Values.Where(column => !column.IsGenerated))
        {
            if (Wanted(column.Name, before) is { } value && !LoggedValue.IsLost(value))
            {
                _fields.Add(new UndoField(column.Name, null, value));
                continue;
            }

            _lost.Add(column.Name);
            if (column.IsRequired)
            {
                _conflicts.Add(new UndoConflict(
                    UndoConflictKind.Impossible, $"its {column.Name} is not in the log, and must not be null"));
            }
        }

        return UndoAction.Insert;
    }

    private UndoAction Update(
        IReadOnlyDictionary<string, JsonElement> before, IReadOnlyDictionary<string, JsonElement> now)
    {
        _lost.AddRange(trace.Undone.Where(name => !table.Columns.ContainsKey(name)));
        foreach (var column in table.Columns.Values.Where(
            column => _isCreatedAgain || trace.Undone.Contains(column.Name)))
        {
            if (column.IsGenerated || Wanted(column.Name, before) is not { } value)
            {
                continue;
            }

            if (LoggedValue.IsLost(value))
            {
                _lost.Add(column.Name);
            }
            else if (!LoggedValue.AreSame(value, now[column.Name]))
            {
                AddUpdated(column.Name, value);
            }
        }

        return _fields.Count > 0 ? UndoAction.Update : UndoAction.Leave;
    }

    private void AddUpdated(string name, JsonElement value)
    {
        if (!_isCreatedAgain && !trace.Overlaps.ContainsKey(name) && Unlogged([name]).Count > 0)
        {
            _conflicts.Add(new UndoConflict(
                UndoConflictKind.ChangedSince, $"{name} has been changed since, by what was not logged"));
            if (KeepsTheirs)
            {
                return;
            }
        }

        JsonElement? from = trace.LastRow.TryGetValue(name, out var last) ? last : null;
        _fields.Add(new UndoField(name, from, value));
    }

    // the value to come back, but others' where theirs stays
    private JsonElement? Wanted(string name, IReadOnlyDictionary<string, JsonElement> before)
    {
        JsonElement? ours = before.TryGetValue(name, out var was) ? was : null;
        if (_isCreatedAgain)
        {
            return ours;
        }

        JsonElement? clean = trace.Clean.TryGetValue(name, out var without) ? without : null;
        if (!trace.Overlaps.TryGetValue(name, out var other))
        {
            return clean;
        }

        if (!LoggedValue.AreSame(ours, clean) && trace.LastOtherExistence is null)
        {
            _conflicts.Add(UndoConflict.By(other, $"{name} has been changed since"));
        }

        return KeepsTheirs ? clean : ours;
    }

    // what the row has, and its last logged change did not leave
    private List<string> Unlogged(IEnumerable<string> names) =>
        [.. names.Where(name =>
            trace.LastRow.TryGetValue(name, out var last)
            && table.Columns.TryGetValue(name, out var column)
            && !column.IsGenerated
            && !LoggedValue.IsLost(last)
            && LoggedValue.KeptText(last) is null
            && current!.TryGetValue(name, out var now)
            && !LoggedValue.AreSame(now, last))];

    private static string Names(IReadOnlyCollection<string> columns) =>
        columns.Count == 0 ? string.Empty : $": {string.Join(", ", columns)}";
}
