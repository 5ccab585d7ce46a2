namespace ChangeLog.Dispatching.DeadLetters;

/// <summary>What came of trying a dead letter again.</summary>
internal enum RetryOutcome
{
    /// <summary>It is handled now.</summary>
    Retried,

    /// <summary>It was handled by an earlier retry.</summary>
    AlreadyRetried,

    /// <summary>Somebody discarded it: it is not tried again.</summary>
    Discarded,

    /// <summary>It failed again and stays.</summary>
    FailedAgain,

    /// <summary>The handler's filter, which was another one then, does not let it pass.</summary>
    NotWanted,

    /// <summary>The log no longer holds it.</summary>
    NotLogged,

    /// <summary>Neither this program nor a worker that runs has its handler.</summary>
    NoHandler,

    /// <summary>There is no dead letter of that id.</summary>
    Unknown,
}
