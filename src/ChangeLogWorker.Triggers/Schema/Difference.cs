using ChangeLogWorker.Triggers.Schema.Comparison;

namespace ChangeLogWorker.Triggers.Schema;

/// <summary>One of ChangeLog's objects that differs from this program's scripts.</summary>
/// <param name="Kind">As in a statement.</param>
/// <param name="Identity">Its name, quoted.</param>
/// <param name="What">The difference.</param>
/// <param name="Script">Recreates it; null if that is not a script.</param>
/// <param name="IsExtra">Somebody else's object that may be mistaken for ours; left to a person.</param>
public sealed record Difference(string Kind, string Identity, string What, string? Script = null, bool IsExtra = false)
{
    /// <summary>Whether using it could run somebody else's code, or fail.</summary>
    public bool IsUnsafe =>
        Kind is "function" or "column" or "default" || (IsMissing && Kind is "table" or "view" or "sequence");

    /// <summary>The difference, for people.</summary>

    public string Sentence => Kind switch
    {
        "rights" => $"{Identity} {What}.",
        "function" when IsExtra =>
            $"The {Kind} {Identity} is not ChangeLog's, and may be called instead of one that is.",
        _ => $"The {Kind} {Identity} {What}.",
    };

    /// <summary>The same, with what to do.</summary>
    public string Finding => this switch
    {
        { IsExtra: true, Kind: "function" } => $"{Sentence} Find out who owns it, then: drop {Kind} {Identity}",
        { IsExtra: true } =>
            $"{Sentence} It may alter or run whatever is done with that table: find out who owns it, and drop it.",
        { IsMissing: true, Kind: "table" } =>
            $"{Sentence} Restore it from a backup, with its data (docs/operations.md).",
        { Kind: "schema" } =>
            $"{Sentence} That role can drop what is in it. Give it back: alter schema {Identity} owner to ...",
        _ => $"{Sentence} Run: changelog install",
    };

    internal bool IsMissing => What == Missing;

    /// <summary>The expected fact; null if it should not exist.</summary>
    internal SchemaFact? Fact { get; init; }

    /// <summary>The fact found instead.</summary>
    internal SchemaFact? Found { get; init; }

    internal bool IsOfFact => (Fact ?? Found) is not null;

    /// <summary>Rights of the role <see cref="Identity"/>: <c>SELECT on table logs.change</c>.</summary>
    internal IReadOnlyList<string> Rights { get; init; } = [];

    /// <summary>Whether the role lacks them, rather than having them in excess.</summary>
    internal bool AreRightsMissing { get; init; }

    internal const string Missing = "is missing";

    internal const string NotOurs = "is not ChangeLog's";
}
