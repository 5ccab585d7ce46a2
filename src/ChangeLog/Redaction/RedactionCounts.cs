namespace ChangeLog.Redaction;

/// <summary>How much was rewritten, or would be; null: not searched.</summary>
internal readonly record struct RedactionCounts(long? Changes, long? Events, long? Contexts)
{
    /// <summary>The first and the last position that was rewritten; null: none was.</summary>
    public (long First, long Last)? Positions { get; init; }

    public long Total => (Changes ?? 0) + (Events ?? 0) + (Contexts ?? 0);

    public RedactionCounts Add(RedactedPlace place, IReadOnlyCollection<long> positions) => Add(place switch
    {
        RedactedPlace.Changes => new RedactionCounts(positions.Count, null, null),
        RedactedPlace.Events => new RedactionCounts(null, positions.Count, null),
        _ => new RedactionCounts(null, null, positions.Count),
    } with
    {
        Positions = positions.Count == 0 ? null : (positions.Min(), positions.Max()),
    });

    public RedactionCounts Add(RedactionCounts other) =>
        new(Sum(Changes, other.Changes), Sum(Events, other.Events), Sum(Contexts, other.Contexts))
        {
            Positions = (Positions, other.Positions) is ({ } one, { } two)
                ? (Math.Min(one.First, two.First), Math.Max(one.Last, two.Last))
                : Positions ?? other.Positions,
        };

    private static long? Sum(long? one, long? other) => one is null ? other : one + (other ?? 0);
}
