namespace ChangeLogWorker.Triggers.Schema;

/// <summary>An object of ChangeLog's that is not as this program's scripts make it.</summary>
/// <param name="Kind">What it is, as a statement names it.</param>
/// <param name="Identity">Which, quoted.</param>
/// <param name="What">What is different.</param>
/// <param name="Script">What makes it anew; null where that is no script.</param>
/// <param name="IsExtra">It is somebody's, stands where ours could be meant, and is left to a person.</param>
public sealed record Difference(string Kind, string Identity, string What, string? Script = null, bool IsExtra = false)
{
    /// <summary>Whether work with it could run somebody else's code, or fail.</summary>
    public bool IsUnsafe => Kind == "function";

    /// <summary>What is wrong, for a person.</summary>
    public string Sentence => IsExtra
        ? $"The {Kind} {Identity} is not ChangeLog's, and may be called in the place of one that is."
        : $"The {Kind} {Identity} {What}.";

    /// <summary>The same, with what to do.</summary>
    public string Finding => IsExtra
        ? $"{Sentence} Find out whose it is, then: drop {Kind} {Identity}"
        : $"{Sentence} Run: changelog install";

    internal bool IsMissing => What == Missing;

    internal const string Missing = "is missing";
}
