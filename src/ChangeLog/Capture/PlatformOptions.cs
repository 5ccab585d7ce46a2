namespace ChangeLog.Capture;

/// <summary>The users table that the tables of schema platform refer to: section <c>ChangeLog:Platform</c>.</summary>
internal sealed class PlatformOptions
{
    public const string Section = "ChangeLog:Platform";

    /// <summary>The users table, with a uuid id; empty: none; null: as stored.</summary>
    public string? UsersTable { get; set; }

    /// <summary>Whether they refer to it by foreign keys; null: as stored.</summary>
    public bool? ForeignKeys { get; set; }
}
