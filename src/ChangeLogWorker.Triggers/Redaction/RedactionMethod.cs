namespace ChangeLogWorker.Triggers.Redaction;

/// <summary>What stands in the log for a redacted value.</summary>
public enum RedactionMethod
{
    /// <summary>The key stays, with "[redacted]".</summary>
    Mask,

    /// <summary>A keyed hash, so that equal values can be recognised.</summary>
    Hash,

    /// <summary>Nothing: the key is gone.</summary>
    Omit,
}
