namespace ChangeLog.Handlers.SqlFiles;

/// <summary>A handler that is a SQL file: an element of <c>ChangeLog:SqlHandlers</c>.</summary>
internal sealed class SqlHandlerOptions
{
    /// <summary>The name under which its cursor is kept.</summary>
    public string? Name { get; set; }

    /// <summary>The file, as <see cref="SqlHandlerSettings"/> has found where it is.</summary>
    public string? File { get; set; }

    /// <summary>What it reads: changes, events or both.</summary>
    public string? Reads { get; set; } = "Changes";

    /// <summary>Patterns of the tables of which it is handed changes; none: all.</summary>
    public IReadOnlyList<string>? Tables { get; set; }

    /// <summary>The operations it is handed; none: all.</summary>
    public IReadOnlyList<string>? Operations { get; set; }

    /// <summary>Patterns of the event types it is handed; none: all.</summary>
    public IReadOnlyList<string>? EventTypes { get; set; }

    /// <summary>Whether it begins with what is committed after its first start.</summary>
    public bool FromNow { get; set; }
}
