namespace ChangeLog.Dispatching;

/// <summary>What one turn of a handler came to.</summary>
internal enum Turn
{
    /// <summary>A page was handled, and its window goes on.</summary>
    Page,

    /// <summary>A window came to its end.</summary>
    WindowDone,

    /// <summary>Nothing lies beyond the cursor.</summary>
    Idle,

    /// <summary>Another worker holds the cursor.</summary>
    Busy,

    /// <summary>A page failed, and the next turn is another one: a smaller page, or what follows a dead letter.</summary>
    Again,

    /// <summary>It failed and is to be tried again a little later.</summary>
    Failing,

    /// <summary>The handler is down and is to be tried again now and then.</summary>
    Paused,
}
