namespace ChangeLog.History.Records;

/// <summary>Which changes of a record are asked for; what is null or empty does not narrow.</summary>
internal sealed record HistoryFilter
{
    /// <summary>Also those of the rows that refer to it.</summary>
    public bool Children { get; init; }

    /// <summary>The actor that the application named.</summary>
    public string? Actor { get; init; }

    /// <summary>Columns of which an update changed at least one.</summary>
    public IReadOnlyList<string> Columns { get; init; } = [];

    /// <summary>The earliest start of a transaction.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>The start of a transaction must be earlier.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>How many changes, the newest.</summary>
    public required int Limit { get; init; }

    /// <summary>Whether changes may be left out.</summary>
    public bool IsNarrow => HasHoles || Since is not null || Until is not null;

    /// <summary>Whether changes in between may be left out.</summary>
    public bool HasHoles => Actor is not null || Columns.Count > 0;
}
