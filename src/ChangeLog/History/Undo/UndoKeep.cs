namespace ChangeLog.History.Undo;

/// <summary>What becomes of values that others changed after what is undone.</summary>
internal enum UndoKeep
{
    /// <summary>They stay.</summary>
    Theirs,

    /// <summary>They are overwritten.</summary>
    Ours,
}
