namespace ChangeLog.Handlers.LinkCleanup;

/// <summary>What a sweep found in one table with links, or in one column that names a user.</summary>
/// <param name="Table">As schema.table, a partition by itself; of a user as schema.table.column.</param>
/// <param name="Policy">
/// nullify, delete or keep; null: no policy names it. It is scanned only with the first two.
/// </param>
/// <param name="Dangling">Rows whose target was gone.</param>
/// <param name="Cleared">Rows that were cleared.</param>
/// <param name="Failed">
/// Rows that were left as they are though they should not have been, or could not be judged.
/// </param>
/// <param name="Reason">Why, and what to do; of the last one.</param>
/// <param name="Examples">A few targets that were gone.</param>
/// <param name="Unresolved">Names that lead to no table, or to several, with their rows.</param>
/// <param name="Unkeyed">
/// Names of tables whose rows no key of the server's own types tells apart, with the rows that lead there.
/// </param>
internal sealed record LinkTableReport(
    string Table,
    string? Policy,
    long Dangling,
    long Cleared,
    long Failed,
    string? Reason,
    IReadOnlyList<string> Examples,
    IReadOnlyDictionary<string, long> Unresolved,
    IReadOnlyDictionary<string, long> Unkeyed)
{
    /// <summary>Before anything was scanned.</summary>
    public static LinkTableReport Of(LinkTable table) => new(
        table.Name, table.Policy, 0, 0, 0, null, [], new SortedDictionary<string, long>(),
        new SortedDictionary<string, long>());

    /// <summary>With what one stretch has found.</summary>
    public LinkTableReport Add(long dangling, long cleared, long failed, string? reason) => this with
    {
        Dangling = Dangling + dangling,
        Cleared = Cleared + cleared,
        Failed = Failed + failed,
        Reason = reason ?? Reason,
    };
}
