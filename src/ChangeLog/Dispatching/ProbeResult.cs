namespace ChangeLog.Dispatching;

/// <summary>What a handler did with other changes than the one that fails.</summary>
internal enum ProbeResult
{
    /// <summary>It can handle another.</summary>
    Works,

    /// <summary>It can handle none of those tried.</summary>
    FailsToo,

    /// <summary>There is nothing else to try it with.</summary>
    NothingElse,

    /// <summary>Another worker holds the handler's cursor.</summary>
    Busy,
}
