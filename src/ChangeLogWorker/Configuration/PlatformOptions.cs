namespace ChangeLogWorker.Configuration;

/// <summary>What the tables of the schema platform refer to: section <c>ChangeLog:Platform</c>.</summary>
internal sealed class PlatformOptions
{
    public const string Section = "ChangeLog:Platform";

    /// <summary>The table whose uuid id says who a user is; empty: auth.users, else public.users; null: as it is stored.</summary>
    public string? UsersTable { get; set; }
}
