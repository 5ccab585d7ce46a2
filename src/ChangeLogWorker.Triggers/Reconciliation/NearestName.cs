namespace ChangeLogWorker.Triggers.Reconciliation;

/// <summary>Finds what a person may have meant by a name that matches nothing.</summary>
internal static class NearestName
{
    public static string? Of(string name, IEnumerable<string> candidates) =>
        candidates.MinBy(candidate => (Distance(name, candidate), candidate));

    // edits from one to the other; a wrong case is the commonest mistake and counts as a tenth of one
    internal static int Distance(string from, string to)
    {
        var row = Enumerable.Range(0, to.Length + 1).Select(i => i * 10).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i * 10;
            for (var j = 1; j <= to.Length; j++)
            {
                var substituted = diagonal + Cost(from[i - 1], to[j - 1]);
                diagonal = row[j];
                row[j] = Math.Min(substituted, Math.Min(row[j], row[j - 1]) + 10);
            }
        }

        return row[^1];
    }

    private static int Cost(char a, char b) =>
        a == b ? 0 : char.ToUpperInvariant(a) == char.ToUpperInvariant(b) ? 1 : 10;
}
