namespace ChangeLog.Capture;

/// <summary>Who the users are whom the tables of the schema platform name: section <c>ChangeLog:Platform</c>.</summary>
internal sealed class PlatformOptions
{
    public const string Section = "ChangeLog:Platform";

    /// <summary>The table whose uuid id says who a user is; empty: none; null: as it is stored.</summary>
    public string? UsersTable { get; set; }

    /// <summary>Whether these tables refer to it by foreign keys; null: as it is stored.</summary>
    public bool? ForeignKeys { get; set; }
}
