namespace ChangeLog.Handlers.LinkCleanup;

/// <summary>What a sweep could not resolve or clear, as sentences for <c>status</c>; without row values.</summary>
internal static class LinkFindings
{
    public static IEnumerable<string> Of(LinkTableReport table)
    {
        if (table.Reason is { } reason)
        {
            yield return $"Links of {table.Table} were left as they are ({table.Failed}): {reason.TrimEnd('.')}.";
        }

        if (table.Unkeyed.Count > 0)
        {
            yield return $"Links of {table.Table} to tables whose rows no key of the server's own types tells apart "
                + "are left alone "
                + $"({table.Unkeyed.Values.Sum()}). To see which: changelog links --dry-run";
        }

        if (table.Unresolved.Count > 0)
        {
            yield return $"Links of {table.Table} whose name matches no table, or several, are left as they are "
                + $"({table.Unresolved.Values.Sum()}). To see which: changelog links --dry-run";
        }
    }
}
