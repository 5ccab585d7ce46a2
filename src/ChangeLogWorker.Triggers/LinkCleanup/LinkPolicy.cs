namespace ChangeLogWorker.Triggers.LinkCleanup;

/// <summary>
/// What becomes of a row whose <c>linked_table</c> and <c>linked_id</c> lead to a record that is gone.
/// </summary>
public enum LinkPolicy
{
    /// <summary>Both columns become null.</summary>
    Nullify,

    /// <summary>The row is deleted.</summary>
    Delete,

    /// <summary>It stays as it is.</summary>
    Keep,
}
