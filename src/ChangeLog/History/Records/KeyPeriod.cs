namespace ChangeLog.History.Records;

/// <summary>A key that a record has or had, and from which position to which.</summary>
/// <param name="Keys">The key, in every format in which the log may hold it.</param>
/// <param name="From">The position of its first change under it; null: whatever is logged under the key counts.</param>
/// <param name="Until">The position of the change that took the key from it; null: none is known.</param>
internal sealed record KeyPeriod(IReadOnlyList<string> Keys, long? From = null, long? Until = null)
{
    /// <summary>Whether this is the key that was asked for, to whose history truncates belong, too.</summary>
    public bool IsAskedFor => From is null;
}
