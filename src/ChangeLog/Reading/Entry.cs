namespace ChangeLog.Reading;

/// <summary>
/// What stands at a position of the log: a <see cref="Change"/> or a <see cref="DomainEvent"/>, and nothing else.
/// </summary>
public abstract record Entry
{
    private protected Entry(long position) => Position = position;

    /// <summary>Its place in the log: each record's changes in the order they were made.</summary>
    public long Position { get; init; }
}
