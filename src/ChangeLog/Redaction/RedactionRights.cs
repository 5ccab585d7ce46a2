using ChangeLog.Postgres;
using ChangeLogWorker.Triggers.Postgres;
using Npgsql;

namespace ChangeLog.Redaction;

/// <summary>Checks beforehand who may rewrite the log: the owner, but not the worker's role.</summary>
internal static class RedactionRights
{
    private const string OwnerOfWhatMayNotRun = /* language=sql */
        """
        select pg_get_userbyid(p.proowner)::text
        from pg_catalog.pg_proc p
        join pg_catalog.pg_namespace n on n.oid = p.pronamespace
        where n.nspname = 'changelog'
        and p.proname in ('redact_logged', 'redact_events', 'redact_contexts')
        and not (has_schema_privilege(n.oid, 'usage') and has_function_privilege(p.oid, 'execute'))
        """;

    /// <exception cref="RefusedException">The user may not.</exception>
    public static async Task RequireAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var owners = await connection.ColumnAsync<string>(OwnerOfWhatMayNotRun, [], cancellationToken);
        if (owners.Count > 0)
        {
            var user = await connection.ValueAsync<string>("select current_user::text", [], cancellationToken);
            throw new RefusedException(
                $"{user} may not rewrite the log, nor may changelog_worker: only {owners[0]}, the owner of "
                + "ChangeLog's "
                + $"schemas, may. Run this as {owners[0]}, or as a user that is granted that role.",
                ExitCode.Failed);
        }
    }
}
