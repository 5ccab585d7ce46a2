namespace ChangeLog.Reading;

/// <summary>What a handler reads: one of the two streams, or both in position order.</summary>
public enum Streams
{
    /// <summary>Rows of logs.change.</summary>
    Changes,

    /// <summary>Domain events, rows of lib_event.event.</summary>
    Events,

    /// <summary>Both, in position order.</summary>
    Both,
}
