namespace ChangeLog.Handlers.Timelines;

/// <summary>A timeline of an aggregate: an element of <c>ChangeLog:Timelines</c>.</summary>
internal sealed class TimelineOptions
{
    /// <summary>The aggregate's root: <c>schema.table</c>; without a schema <c>public</c>.</summary>
    public string? Root { get; set; }

    /// <summary>The name under which its cursor is kept; null: the root's, in the singular.</summary>
    public string? Name { get; set; }

    /// <summary>The table of the entries; null: <c>&lt;singular root&gt;_events</c>, beside the root.</summary>
    public string? Table { get; set; }

    /// <summary>Its column for the root; null: <c>&lt;singular root&gt;_id</c>.</summary>
    public string? RootColumn { get; set; }

    /// <summary>Its column for who did it.</summary>
    public string? ActorColumn { get; set; } = "actor_user_id";

    /// <summary>The first part of the event types; null: the schema of the changed table.</summary>
    public string? Service { get; set; }

    /// <summary>
    /// The column of the root, and of the children that have it, in which the stage stands; null: <c>stage</c>, if
    /// there.
    /// </summary>
    public string? StageColumn { get; set; }

    /// <summary>The type of the stage, an enum; null: that of the root's column.</summary>
    public string? StageType { get; set; }

    /// <summary>The tables that belong to it; null: all that reach the root by foreign keys.</summary>
    public IReadOnlyList<string>? Children { get; set; }

    /// <summary>
    /// Domain events that belong to it: <c>type</c> or <c>type=path of the root's key in the payload</c>.
    /// </summary>
    public IReadOnlyList<string>? Events { get; set; }

    /// <summary>Whether its table refers to the root and the users by foreign keys.</summary>
    public bool ForeignKeys { get; set; }
}
