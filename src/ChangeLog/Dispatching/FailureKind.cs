namespace ChangeLog.Dispatching;

/// <summary>What a failed page may be cured by.</summary>
internal enum FailureKind
{
    /// <summary>Time, and soon: the server is gone or does not answer. Never an attempt, never a pause.</summary>
    Connection,

    /// <summary>Time: a deadlock, a lock not had, a disk that is full. Never an attempt.</summary>
    Infrastructure,

    /// <summary>A smaller page: it took too long, or too much memory. Never an attempt.</summary>
    Overload,

    /// <summary>Nothing while the data are the same: SQLSTATE class 22 or 23, and what is like them.</summary>
    Data,

    /// <summary>Perhaps time, perhaps nothing: everything else that a handler throws.</summary>
    Handler,
}
