namespace ChangeLogWorker.Configuration;

/// <summary>How triggers are made: section <c>ChangeLog:Capture</c>.</summary>
internal sealed class CaptureOptions
{
    public const string Section = "ChangeLog:Capture";

    /// <summary>Whether an UPDATE that changes nothing is logged.</summary>
    public bool LogNoOpUpdates { get; set; }

    /// <summary>Whether triggers fire under <c>session_replication_role = replica</c> too.</summary>
    public bool FireAlways { get; set; }
}
