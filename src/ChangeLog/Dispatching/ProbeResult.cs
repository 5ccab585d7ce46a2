namespace ChangeLog.Dispatching;

/// <summary>Result of running a handler on entries other than the failing one.</summary>
internal enum ProbeResult
{
    /// <summary>It handled another.</summary>
    Works,

    /// <summary>It failed on all of them.</summary>
    FailsToo,

    /// <summary>There is no other entry to try.</summary>
    NothingElse,

    /// <summary>Another worker holds the cursor.</summary>
    Busy,
}
