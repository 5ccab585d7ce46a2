namespace ChangeLogWorker.Cli.Status;

/// <summary>The table of users, and whether user_id of the schema platform refers to it.</summary>
internal sealed record UsersStatus(string? Table, bool Linked, string? Reason);
