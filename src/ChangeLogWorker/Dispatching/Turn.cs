namespace ChangeLogWorker.Dispatching;

/// <summary>What one turn of a handler's loop came to.</summary>
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
}
