namespace ChangeLogWorker.Triggers.Postgres;

/// <summary>The role may not install or upgrade, though it can work with what another installs.</summary>
/// <param name="message">Who may, or what a DBA has to run.</param>
public sealed class MissingRightsException(string message) : RefusedException(message, 1);
