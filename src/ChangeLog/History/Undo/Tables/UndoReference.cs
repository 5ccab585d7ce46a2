namespace ChangeLog.History.Undo.Tables;

/// <summary>A foreign key between tables of which one has rows that are undone.</summary>
/// <param name="Name">The constraint's name.</param>
/// <param name="Child">The table that refers.</param>
/// <param name="ChildColumns">Its columns.</param>
/// <param name="Parent">The table referred to.</param>
/// <param name="ParentColumns">Its columns, in the same order.</param>
/// <param name="ActsOnDelete">Whether the server deletes or changes what refers to a deleted row.</param>
/// <param name="FollowsUpdate">Whether the server changes what refers to a row with a new key.</param>
internal sealed record UndoReference(
    string Name,
    UndoTable Child,
    IReadOnlyList<UndoColumn> ChildColumns,
    UndoTable Parent,
    IReadOnlyList<UndoColumn> ParentColumns,
    bool ActsOnDelete,
    bool FollowsUpdate);
