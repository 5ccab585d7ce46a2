namespace ChangeLogWorker.Configuration;

/// <summary>Finds what a person probably meant.</summary>
internal static class NearestName
{
    /// <summary>The known name that takes the fewest edits; null where there is none at all.</summary>
    public static string? Of(string given, IEnumerable<string> known) =>
        known.MinBy(name => Distance(given.ToUpperInvariant(), name.ToUpperInvariant()));

    /// <summary>As <see cref="Of"/>, but only names near enough to be a slip of the hand, the nearest first.</summary>
    public static IReadOnlyList<string> Near(string given, IEnumerable<string> known, int most = 3) =>
        [.. known
            .Select(name => (Name: name, Edits: Distance(given.ToUpperInvariant(), name.ToUpperInvariant())))
            .Where(found => found.Edits <= Math.Max(2, given.Length / 3))
            .OrderBy(found => found.Edits)
            .Take(most)
            .Select(found => found.Name)];

    private static int Distance(string left, string right)
    {
        var above = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var row = 1; row <= left.Length; row++)
        {
            var line = new int[right.Length + 1];
            line[0] = row;
            for (var column = 1; column <= right.Length; column++)
            {
                var replaced = above[column - 1] + (left[row - 1] == right[column - 1] ? 0 : 1);
                line[column] = Math.Min(replaced, Math.Min(above[column], line[column - 1]) + 1);
            }

            above = line;
        }

        return above[^1];
    }
}
