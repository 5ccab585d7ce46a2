namespace ChangeLogWorker.Triggers.Postgres;

/// <summary>Suggests existing names for one that matches nothing.</summary>
public static class NearestName
{
    private const int Edit = 10;

    /// <summary>The candidate with the fewest edits; null without candidates.</summary>
    public static string? Of(string name, IEnumerable<string> candidates) =>
        candidates.MinBy(candidate => (Distance(name, candidate), candidate));

    /// <summary>The candidates near enough to be a typo, nearest first.</summary>
    public static IReadOnlyList<string> Near(string name, IEnumerable<string> candidates, int most = 3) =>
        [.. candidates
            .Select(candidate => (Name: candidate, Distance: Distance(name, candidate)))
            .Where(found => found.Distance <= Math.Max(2, name.Length / 3) * Edit)
            .OrderBy(found => found.Distance)
            .Take(most)
            .Select(found => found.Name)];

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

    private static int Cost(char a, char b) =>
        a == b ? 0 : char.ToUpperInvariant(a) == char.ToUpperInvariant(b) ? 1 : Edit;
}
