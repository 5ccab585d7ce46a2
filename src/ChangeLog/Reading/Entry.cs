namespace ChangeLog.Reading;

/// <summary>An entry of the log: a <see cref="Change"/> or a <see cref="DomainEvent"/>.</summary>
public abstract record Entry
{
    private protected Entry(long position) => Position = position;

    /// <summary>Its place in the log; a record's changes are in the order they were made.</summary>
    public long Position { get; init; }
}
