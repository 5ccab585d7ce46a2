using System.Text.Json;
using ChangeLog.History.Undo.Tables;

namespace ChangeLog.History.Undo;

/// <summary>
/// What happened to one row from the first change that is undone: what it was, what it would be without those changes,
/// and what others did since.
/// </summary>
internal sealed class RowTrace
{
    private readonly HashSet<string> _undone = [];
    private readonly Dictionary<string, UndoChange> _overlaps = [];
    private Dictionary<string, JsonElement>? _clean;
    private IReadOnlyDictionary<string, JsonElement>? _lastRow;

    /// <summary>Whether a change of it is undone.</summary>
    public bool IsUndone { get; private set; }

    /// <summary>The row before the first change that is undone; null: there was none.</summary>
    public IReadOnlyDictionary<string, JsonElement>? Before { get; private set; }

    /// <summary>The row as it would be without the changes that are undone, by column.</summary>
    public IReadOnlyDictionary<string, JsonElement> Clean => _clean!;

    /// <summary>The row after its last change; null: that deleted it.</summary>
    public IReadOnlyDictionary<string, JsonElement>? Last { get; private set; }

    /// <summary>The row as it last existed.</summary>
    public IReadOnlyDictionary<string, JsonElement> LastRow => _lastRow!;

    /// <summary>Its identity in the log, the last one.</summary>
    public string RecordId { get; private set; } = string.Empty;

    /// <summary>The position of the last change that is undone.</summary>
    public long LastUndone { get; private set; }

    /// <summary>Columns that a change which is undone changed.</summary>
    public IReadOnlyCollection<string> Undone => _undone;

    /// <summary>Those of them that others changed since, each with its last change.</summary>
    public IReadOnlyDictionary<string, UndoChange> Overlaps => _overlaps;

    /// <summary>The last change by others since; null: there was none.</summary>
    public UndoChange? LastOther { get; private set; }

    /// <summary>The last deletion or creation by others since.</summary>
    public UndoChange? LastOtherExistence { get; private set; }

    public void Add(UndoChange change, bool isUndone)
    {
        RecordId = change.RecordId ?? RecordId;
        if (!isUndone && !IsUndone)
        {
            Follow(change);
            return;
        }

        if (!IsUndone)
        {
            (IsUndone, Before) = (true, change.Before);
            _clean = change.Before?.ToDictionary() ?? [];
        }

        var changed = Changed(change);
        if (isUndone)
        {
            LastUndone = change.Position;
            _undone.UnionWith(changed);
        }
        else
        {
            AddOther(change, changed);
        }

        Follow(change);
    }

    private void AddOther(UndoChange change, IReadOnlyList<string> changed)
    {
        LastOther = change;
        if (change.Op != "U")
        {
            LastOtherExistence = change;
        }

        foreach (var column in changed)
        {
            if (_undone.Contains(column))
            {
                _overlaps[column] = change;
            }

            if (change.After!.TryGetValue(column, out var value))
            {
                _clean![column] = value;
            }
        }
    }

    // a row that is created again differs from what it was, as if it had been updated
    private IReadOnlyList<string> Changed(UndoChange change) => change switch
    {
        { Op: "U" } => change.Changed,
        { After: { } after } when _lastRow is { } before =>
            [.. after.Keys.Where(column =>
                !before.TryGetValue(column, out var old) || !LoggedValue.AreSame(old, after[column]))],
        _ => [],
    };

    private void Follow(UndoChange change)
    {
        Last = change.After;
        _lastRow = change.After ?? change.Before ?? _lastRow;
    }
}
