namespace ChangeLog.Capture;

/// <summary>How triggers are made: section <c>ChangeLog:Capture</c>.</summary>
internal sealed class CaptureOptions
{
    public const string Section = "ChangeLog:Capture";

    /// <summary>Whether an UPDATE that changes nothing is logged; null: as stored in the database.</summary>
    public bool? LogNoOpUpdates { get; set; }

    /// <summary>Whether triggers also fire under <c>session_replication_role = replica</c>; null: as stored.</summary>
    public bool? FireAlways { get; set; }
}
