namespace ChangeLogWorker.Triggers.LinkCleanup;

/// <summary>What happens to a row whose <c>linked_table</c> and <c>linked_id</c> refer to a deleted record.</summary>
public enum LinkPolicy
{
    /// <summary>Both columns become null.</summary>
    Nullify,

    /// <summary>The row is deleted.</summary>
    Delete,

    /// <summary>Nothing.</summary>
    Keep,
}
