namespace ChangeLog.History;

/// <summary>Which changes are asked for; what is null or empty does not narrow.</summary>
internal sealed record FeedFilter
{
    /// <summary>Table patterns, written as in <c>NON_LOGGED_TABLES</c>.</summary>
    public IReadOnlyList<string> Tables { get; init; } = [];

    /// <summary>A record's id or key.</summary>
    public string? Record { get; init; }

    /// <summary>The actor that the application named.</summary>
    public string? Actor { get; init; }

    /// <summary>The database user, or the role that it had taken.</summary>
    public string? User { get; init; }

    /// <summary>The connection's <c>application_name</c>.</summary>
    public string? Application { get; init; }

    /// <summary>The <c>request_id</c> of the transaction's context.</summary>
    public string? Request { get; init; }

    /// <summary>The event__id of the transaction.</summary>
    public Guid? Transaction { get; init; }

    /// <summary>Actions as in <c>logs.change_details</c>.</summary>
    public IReadOnlyList<string> Actions { get; init; } = [];

    /// <summary>Columns of which an update changed at least one.</summary>
    public IReadOnlyList<string> Columns { get; init; } = [];

    /// <summary>Columns with the text that each had before or after.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Values { get; init; } = [];

    /// <summary>The earliest start of a transaction.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>The start of a transaction must be earlier.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>How many changes, the newest.</summary>
    public required int Limit { get; init; }
}
