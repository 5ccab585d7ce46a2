namespace ChangeLog.Reading;

/// <summary>What was done to a row or a table; the value is the letter in logs.change.op.</summary>
public enum Operation
{
    /// <summary>A row was inserted.</summary>
    Insert = 'I',

    /// <summary>A row was updated.</summary>
    Update = 'U',

    /// <summary>A row was deleted.</summary>
    Delete = 'D',

    /// <summary>A table was truncated.</summary>
    Truncate = 'T',

    /// <summary>A row was copied into the log as it stood.</summary>
    Snapshot = 'S',
}
