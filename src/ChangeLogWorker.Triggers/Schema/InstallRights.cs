using ChangeLogWorker.Triggers.Postgres;
using Npgsql;

namespace ChangeLogWorker.Triggers.Schema;

/// <summary>Checks whether the role may install, and if not, lists exactly what a DBA has to run.</summary>
internal static class InstallRights
{
    private const string Rights = /* language=sql */
        """
        select quote_ident(current_user),
               quote_ident(current_database()),
               me.rolsuper,
               me.rolcreaterole,
               me.rolinherit,
               has_database_privilege(current_database(), 'create'),
               c.oid is not null,
               coalesce(pg_has_role(c.oid, 'usage'), false)
                   and coalesce(pg_has_role(c.oid, case
                           when current_setting('server_version_num')::integer >= 160000 then 'set'
                           else 'member' end), false),
               coalesce(pg_has_role(c.oid, 'member with admin option'), false),
               to_regnamespace('platform') is not null,
               coalesce(c.rolsuper or c.rolcanlogin or c.rolcreaterole or c.rolcreatedb or c.rolreplication
                   or c.rolbypassrls or exists (select from pg_auth_members m where m.member = c.oid), false)
        from pg_roles me
        left join pg_roles c on c.rolname = 'changelog_capture'
        where me.rolname = current_user
        """;

    public static async Task CheckAsync(
        NpgsqlConnection connection, bool isInstalled, CancellationToken cancellationToken)
    {
        var (role, database, isSuper, createsRoles, inherits, mayCreate, captureExists, hasCapture, administersCapture,
            hasAllSchemas, isTooMighty) = (await connection.RowsAsync(
                Rights,
                row => (
                    row.GetString(0), row.GetString(1), row.GetBoolean(2), row.GetBoolean(3), row.GetBoolean(4),
                    row.GetBoolean(5), row.GetBoolean(6), row.GetBoolean(7), row.GetBoolean(8), row.GetBoolean(9),
                    row.GetBoolean(10)),
                [],
                cancellationToken))[0];
        if (isTooMighty)
        {
            throw new RefusedException(
                "The role changelog_capture, with whose rights every change is captured, can do more than it "
                + "should. Let a DBA run: alter role changelog_capture nosuperuser nologin nocreaterole nocreatedb "
                + "noreplication nobypassrls; and revoke every role it is a member of.", 1);
        }

        if (isSuper)
        {
            return;
        }

        var isNew = connection.PostgreSqlVersion.Major >= 16;
        List<string> missing = [];
        if (!mayCreate && !(isInstalled && hasAllSchemas))
        {
            missing.Add($"grant create on database {database} to {role};");
        }

        if (!captureExists && !createsRoles)
        {
            missing.Add("create role changelog_capture nologin;");
        }

        var mayGrant = administersCapture || (createsRoles && (!captureExists || !isNew));
        if (!hasCapture && !mayGrant)
        {
            missing.Add($"grant changelog_capture to {role}{(isNew ? " with inherit true, set true" : string.Empty)};");
        }

        if (!hasCapture && !isNew && !inherits)
        {
            missing.Add($"alter role {role} inherit;");
        }

        if (missing.Count > 0)
        {
            throw new MissingRightsException(
                $"{role} may not install ChangeLog here. Let a DBA run, in this database: {string.Join(' ', missing)}");
        }
    }
}
