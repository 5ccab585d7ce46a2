using ChangeLogWorker.Triggers.Schema.Comparison;

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
    public bool IsUnsafe =>
        Kind is "function" or "column" or "default" || (IsMissing && Kind is "table" or "view" or "sequence");

    /// <summary>What is wrong, for a person.</summary>
    public string Sentence => Kind switch
    {
        "rights" => $"{Identity} {What}.",
        "function" when IsExtra =>
            $"The {Kind} {Identity} is not ChangeLog's, and may be called in the place of one that is.",
        _ => $"The {Kind} {Identity} {What}.",
    };

    /// <summary>The same, with what to do.</summary>
    public string Finding => this switch
    {
        { IsExtra: true, Kind: "function" } => $"{Sentence} Find out whose it is, then: drop {Kind} {Identity}",
        { IsExtra: true } =>
            $"{Sentence} It may alter or run whatever is done with that table: find out whose it is, and drop it.",
        { IsMissing: true, Kind: "table" } =>
            $"{Sentence} Restore it from a backup, with its data (docs/operations.md).",
        { Kind: "schema" } =>
            $"{Sentence} That role can drop what is in it. Give it back: alter schema {Identity} owner to ...",
        _ => $"{Sentence} Run: changelog install",
    };

    internal bool IsMissing => What == Missing;

    /// <summary>What must be said of it; null: it is too much.</summary>
    internal SchemaFact? Fact { get; init; }

    /// <summary>What is said instead.</summary>
    internal SchemaFact? Found { get; init; }

    internal bool IsOfFact => (Fact ?? Found) is not null;

    /// <summary>Rights of the role <see cref="Identity"/>: <c>SELECT on table logs.change</c>.</summary>
    internal IReadOnlyList<string> Rights { get; init; } = [];

    /// <summary>Whether the role lacks them, or has them in excess.</summary>
    internal bool AreRightsMissing { get; init; }

    internal const string Missing = "is missing";

    internal const string NotOurs = "is not ChangeLog's";
}
