namespace ChangeLog.Dispatching;

/// <summary>What is to be done about a page that failed.</summary>
internal enum Verdict
{
    /// <summary>The same again, at once.</summary>
    Again,

    /// <summary>The same again, a little later.</summary>
    Wait,

    /// <summary>A smaller page, at once.</summary>
    Halve,

    /// <summary>Its one row is bad: it becomes a dead letter.</summary>
    GiveUp,

    /// <summary>Its one row is bad if the handler can handle another.</summary>
    Prove,

    /// <summary>The same again, now and then: the handler is down.</summary>
    Pause,
}
