namespace ChangeLog.Reading;

/// <summary>Outcome of taking a handler's next page.</summary>
internal abstract record TakenPage
{
    private TakenPage()
    {
    }

    /// <summary>The cursor is locked and moved past the page; the caller commits the transaction.</summary>
    internal sealed record Taken(Page Page, bool WindowDone) : TakenPage;

    /// <summary>No window is open.</summary>
    internal sealed record Idle : TakenPage;

    /// <summary>Another worker holds the cursor.</summary>
    internal sealed record Busy : TakenPage;
}
