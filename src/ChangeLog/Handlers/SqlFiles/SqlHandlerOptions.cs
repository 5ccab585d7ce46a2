namespace ChangeLog.Handlers.SqlFiles;

/// <summary>A handler that is a SQL file: an element of <c>ChangeLog:SqlHandlers</c>.</summary>
internal sealed class SqlHandlerOptions
{
    /// <summary>The name of its cursor.</summary>
    public string? Name { get; set; }

    /// <summary>The path of the file, resolved by <see cref="SqlHandlerSettings"/>.</summary>
    public string? File { get; set; }

    /// <summary>What it reads: changes, events or both.</summary>
    public string? Reads { get; set; } = "Changes";

    /// <summary>Patterns of tables; none: all.</summary>
    public IReadOnlyList<string>? Tables { get; set; }

    public IReadOnlyList<string>? Operations { get; set; }

    /// <summary>Patterns of event types; none: all.</summary>
    public IReadOnlyList<string>? EventTypes { get; set; }

    /// <summary>Whether it starts at what is committed after its first start.</summary>
    public bool FromNow { get; set; }
}
