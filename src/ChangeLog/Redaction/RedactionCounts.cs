namespace ChangeLog.Redaction;

/// <summary>How much was rewritten, or would be; null: not searched.</summary>
internal readonly record struct RedactionCounts(long? Changes, long? Events, long? Contexts)
{
    public long Total => (Changes ?? 0) + (Events ?? 0) + (Contexts ?? 0);

    public RedactionCounts Add(RedactedPlace place, long rows) => place switch
    {
        RedactedPlace.Changes => this with { Changes = (Changes ?? 0) + rows },
        RedactedPlace.Events => this with { Events = (Events ?? 0) + rows },
        _ => this with { Contexts = (Contexts ?? 0) + rows },
    };

    public RedactionCounts Add(RedactionCounts other) => new(
        Sum(Changes, other.Changes), Sum(Events, other.Events), Sum(Contexts, other.Contexts));

    private static long? Sum(long? one, long? other) => one is null ? other : one + (other ?? 0);
}
