namespace ChangeLogWorker.Triggers.Postgres;

/// <summary>Suggests existing names for one that matches nothing; none rather than one that was hardly meant.</summary>
public static class NearestName
{
    private const int Edit = 10;

    // shorter ones are part of too many names
    private const int ShortestPart = 3;

    /// <summary>The nearest candidate; null if none is near.</summary>
    public static string? Of(string name, IEnumerable<string> candidates) =>
        Near(name, candidates, most: 1) is [var nearest] ? nearest : null;

    /// <summary>The candidates near enough to be what was meant, nearest first.</summary>
    public static IReadOnlyList<string> Near(string name, IEnumerable<string> candidates, int most = 3) =>
        [.. candidates
            .Select(candidate => (Name: candidate, Parts: Different(name, candidate)))
            .Where(found => IsNear(found.Parts.Given, found.Parts.Known))
            .OrderBy(found => Distance(found.Parts.Given, found.Parts.Known))
            .ThenBy(found => found.Name, StringComparer.Ordinal)
            .Take(most)
            .Select(found => found.Name)];

    /// <summary>A sentence that names the nearest, after a space; empty if none is near.</summary>
    public static string Sentence(string name, IEnumerable<string> candidates) =>
        Of(name, candidates) is { } nearest ? $" The nearest is {nearest}." : string.Empty;

    /// <summary>Of a few names the nearest, or all of them; the end of a sentence.</summary>
    public static string OrAll(string name, IReadOnlyCollection<string> candidates) =>
        Of(name, candidates) is { } nearest
            ? $"the nearest is {nearest}"
            : $"{(candidates.Count == 1 ? "there is only" : "there are")} {string.Join(", ", candidates)}";

    // edits from one to the other, ten each; a wrong case is the commonest mistake and counts one
    internal static int Distance(string from, string to)
    {
        var row = Enumerable.Range(0, to.Length + 1).Select(i => i * Edit).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i * Edit;
            for (var j = 1; j <= to.Length; j++)
            {
                var substituted = diagonal + Cost(from[i - 1], to[j - 1]);
                diagonal = row[j];
                row[j] = Math.Min(substituted, Math.Min(row[j], row[j - 1]) + Edit);
            }
        }

        return row[^1];
    }

    // a third may be wrong
    private static bool IsNear(string given, string known)
    {
        var (shorter, longer) = given.Length < known.Length ? (given, known) : (known, given);
        return Distance(given, known) < ((given.Length / 3) + 1) * Edit
            || (shorter.Length >= ShortestPart && longer.Contains(shorter, StringComparison.OrdinalIgnoreCase));
    }

    // a schema or section that both have is no likeness, and one that was not given no difference; nor is a wildcard
    private static (string Given, string Known) Different(string name, string candidate)
    {
        var (given, known) = (WithoutWildcard(name), WithoutWildcard(candidate));
        if (!given.Contains('.', StringComparison.Ordinal))
        {
            known = known[(known.LastIndexOf('.') + 1)..];
        }

        var same = given.Zip(known).TakeWhile(pair => pair.First == pair.Second).Count();
        var begin = same == 0 ? 0 : given.LastIndexOfAny(['.', ':'], same - 1) + 1;
        return (given[begin..], known[begin..]);
    }

    private static string WithoutWildcard(string pattern) =>
        pattern.Replace("*", string.Empty, StringComparison.Ordinal);

    private static int Cost(char a, char b) =>
        a == b ? 0 : char.ToUpperInvariant(a) == char.ToUpperInvariant(b) ? 1 : Edit;
}
