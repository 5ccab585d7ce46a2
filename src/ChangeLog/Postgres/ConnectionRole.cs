namespace ChangeLog.Postgres;

/// <summary>The purpose of a connection; <c>changelog/&lt;role&gt;</c> in pg_stat_activity.</summary>
internal enum ConnectionRole
{
    Handlers,
    Listener,
    Doorbell,
    Install,
    Reconcile,
    Links,
    Cli,
    Demo,
}
