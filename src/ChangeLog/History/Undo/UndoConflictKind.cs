namespace ChangeLog.History.Undo;

/// <summary>How a conflict can be resolved.</summary>
internal enum UndoConflictKind
{
    /// <summary>Others changed it since: it stays, or is overwritten.</summary>
    ChangedSince,

    /// <summary>A constraint stands in the way: the row can only stay as it is.</summary>
    Constraint,

    /// <summary>Not at all: it is to be left out of what is undone.</summary>
    Impossible,
}
