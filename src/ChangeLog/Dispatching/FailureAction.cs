namespace ChangeLog.Dispatching;

/// <summary>What to do about a page that failed.</summary>
internal enum FailureAction
{
    /// <summary>Retry the page at once.</summary>
    Again,

    /// <summary>Retry the page after a backoff.</summary>
    Wait,

    /// <summary>Retry half of the page at once.</summary>
    Halve,

    /// <summary>The single row is bad: make it a dead letter.</summary>
    GiveUp,

    /// <summary>Probe the handler with other rows; if it works, the single row is bad.</summary>
    Prove,

    /// <summary>The handler is down: retry after a long backoff.</summary>
    Pause,
}
