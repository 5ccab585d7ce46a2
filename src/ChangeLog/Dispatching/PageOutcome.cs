namespace ChangeLog.Dispatching;

/// <summary>Outcome of a handler's next page.</summary>
internal enum PageOutcome
{
    /// <summary>A page was handled; its window has more.</summary>
    Page,

    /// <summary>The last page of its window was handled.</summary>
    WindowDone,

    /// <summary>Nothing beyond the cursor.</summary>
    Idle,

    /// <summary>Another worker holds the cursor.</summary>
    Busy,

    /// <summary>A page failed; go on at once with a smaller one, or past a dead letter.</summary>
    Again,

    /// <summary>It failed; retry after a short backoff.</summary>
    Failing,

    /// <summary>The handler is down; retry after a long backoff.</summary>
    Paused,
}
