namespace ChangeLog.History.Undo;

/// <summary>What an undo does to a row.</summary>
internal enum UndoAction
{
    /// <summary>Nothing: it is as it was before, or it stays as it is because of a conflict.</summary>
    Leave,

    /// <summary>Some of its values become what they were.</summary>
    Update,

    /// <summary>It comes back.</summary>
    Insert,

    /// <summary>It goes.</summary>
    Delete,
}
