namespace ChangeLog.Dispatching.DeadLetters;

/// <summary>Outcome of retrying a dead letter.</summary>
internal enum RetryOutcome
{
    Retried,

    /// <summary>An earlier retry succeeded.</summary>
    AlreadyRetried,

    /// <summary>It was discarded.</summary>
    Discarded,

    /// <summary>It failed again and stays open.</summary>
    FailedAgain,

    /// <summary>The handler's current filter rejects it.</summary>
    NotWanted,

    /// <summary>The log no longer holds its entry.</summary>
    NotLogged,

    /// <summary>Neither this program nor a running worker has its handler.</summary>
    NoHandler,

    /// <summary>No dead letter has this id.</summary>
    Unknown,
}
