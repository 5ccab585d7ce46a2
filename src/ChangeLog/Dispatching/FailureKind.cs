namespace ChangeLog.Dispatching;

/// <summary>How a failed page may be cured.</summary>
internal enum FailureKind
{
    /// <summary>By time, soon: the server is unreachable. Neither an attempt nor a pause.</summary>
    Connection,

    /// <summary>By time: a deadlock, a lock timeout, a full disk. Not an attempt.</summary>
    Infrastructure,

    /// <summary>By a smaller page: it took too long or too much memory. Not an attempt.</summary>
    Overload,

    /// <summary>Not at all while the data stay as they are: SQLSTATE class 22 or 23, and the like.</summary>
    Data,

    /// <summary>Perhaps by time, perhaps not: anything else that a handler throws.</summary>
    Handler,
}
