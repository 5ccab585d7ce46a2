namespace ChangeLog.Reading;

/// <summary>Outcome of opening a handler's next window; the names are those of changelog.open_window.</summary>
internal enum OpenedWindow
{
    /// <summary>A window is open, this worker's or another's.</summary>
    Open,

    /// <summary>Nothing beyond the cursor.</summary>
    Empty,

    /// <summary>Another worker holds the cursor or has just moved it.</summary>
    Busy,
}
