namespace ChangeLog.Status;

/// <summary>
/// The table of users, whether user_id of the schema platform refers to it by foreign keys, and what is to be known.
/// </summary>
internal sealed record UsersStatus(string? Table, bool Linked, string? Reason);
