namespace ChangeLogWorker.Triggers.Postgres;

/// <summary>The role may not install or upgrade: another may, and what it installed can be worked with.</summary>
/// <param name="message">Who may, or what a DBA has to run.</param>
public sealed class MissingRightsException(string message) : RefusedException(message, 1);
