namespace ChangeLogWorker.Triggers.Redaction;

/// <summary>How a value is replaced in the log.</summary>
public enum RedactionMethod
{
    /// <summary>Keep the key, replace the value by "[redacted]".</summary>
    Mask,

    /// <summary>Replace the value by a keyed hash, so that equal values can be recognised.</summary>
    Hash,

    /// <summary>Drop the key.</summary>
    Omit,
}
