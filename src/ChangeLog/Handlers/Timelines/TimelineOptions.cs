namespace ChangeLog.Handlers.Timelines;

/// <summary>A timeline of an aggregate: an element of <c>ChangeLog:Timelines</c>.</summary>
internal sealed class TimelineOptions
{
    /// <summary>The aggregate's root: <c>schema.table</c>; the default schema is <c>public</c>.</summary>
    public string? Root { get; set; }

    /// <summary>The name of its cursor; null: the root's, in the singular.</summary>
    public string? Name { get; set; }

    /// <summary>The table of the entries; null: <c>&lt;singular root&gt;_events</c>, beside the root.</summary>
    public string? Table { get; set; }

    /// <summary>Its column of the root's key; null: <c>&lt;singular root&gt;_id</c>.</summary>
    public string? RootColumn { get; set; }

    /// <summary>Its column of the actor.</summary>
    public string? ActorColumn { get; set; } = "actor_user_id";

    /// <summary>First part of the event types; null: the changed table's schema.</summary>
    public string? Service { get; set; }

    /// <summary>
    /// The column with the stage, of the root and of children that have it; null: <c>stage</c>, if it exists.
    /// </summary>
    public string? StageColumn { get; set; }

    /// <summary>The stage's type, an enum; null: that of the root's column.</summary>
    public string? StageType { get; set; }

    /// <summary>
    /// The tables that belong to it; null: all that refer to the root by foreign keys, in any number of steps.
    /// </summary>
    public IReadOnlyList<string>? Children { get; set; }

    /// <summary>
    /// Domain events that belong to it: <c>type</c> or <c>type=path of the root's key in the payload</c>.
    /// </summary>
    public IReadOnlyList<string>? Events { get; set; }

    /// <summary>Whether its table has foreign keys to the root and the users.</summary>
    public bool ForeignKeys { get; set; }
}
