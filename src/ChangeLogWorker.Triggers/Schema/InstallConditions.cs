using ChangeLogWorker.Triggers.Postgres;
using ChangeLogWorker.Triggers.Schema.Scripts;
using Npgsql;

namespace ChangeLogWorker.Triggers.Schema;

/// <summary>Preconditions of an install; a violation is refused with a sentence that says how to fix it.</summary>
internal static class InstallConditions
{
    private const string Recovery =
        /* language=sql */ "select pg_is_in_recovery()";

    private const string OwnSchemas = /* language=sql */
        $"""
        select n.nspname::text,
               coalesce(obj_description(n.oid, 'pg_namespace'), '') like 'ChangeLog:%',
               r.rolname::text,
               r.rolname = current_user or r.rolsuper or r.rolname = 'changelog_owner'
                   or n.nspowner = d.datdba and not pg_has_role(n.nspowner, 'usage'),
               r.rolname = current_user,
               pg_has_role(n.nspowner, 'usage'),
               exists (
                   select
                   from pg_class c
                   where c.relnamespace = n.oid
                   and n.nspname || '.' || c.relname = any ($1)),
               (
                   select string_agg(case when o.role = 0 then 'PUBLIC' else o.role::regrole::text end, ', '
                       order by o.role)
                   from (
                       select n.nspowner as role
                       union
                       select a.grantee
                       from aclexplode(n.nspacl) a
                       where a.privilege_type = 'CREATE') o
                   left join pg_roles p on p.oid = o.role
                   where p.rolsuper is not true
                   and (p.oid is null or not pg_has_role(p.oid, current_user, 'member')))
        from pg_namespace n
        join pg_roles r on r.oid = n.nspowner
        join pg_database d on d.datname = current_database()
        where n.nspname = any ({ApplicationSchemas.OwnArray})
        order by n.nspname
        """;

    // not just any table of this name: ours has our comment
    private const string Journal = /* language=sql */
        """
        select r.rolname::text
        from pg_class c
        join pg_roles r on r.oid = c.relowner
        where c.oid = to_regclass('changelog.script')
        and obj_description(c.oid, 'pg_class') like 'Journal of the scripts that made this schema%'
        """;

    /// <summary>Schemas that existed before; an older version has no such column.</summary>
    internal const string Shared = /* language=sql */
        "select jsonb_array_elements_text(to_jsonb(i) -> 'shared_schemas') from changelog.installation i";

    // a role without this right is told below who owns the schemas
    internal const string MayReadInstallation =
        /* language=sql */ "select has_table_privilege(to_regclass('changelog.installation'), 'select')";

    internal const string IsSuperuser =
        /* language=sql */ "select rolsuper from pg_roles where rolname = current_user";

    private static readonly Version Oldest = new(13, 0);

    public static async Task CheckServerAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (connection.PostgreSqlVersion < Oldest)
        {
            throw new RefusedException(
                $"The server runs PostgreSQL {connection.PostgreSqlVersion}; ChangeLog needs 13 or later.", 2);
        }

        if (await connection.ScalarAsync(Recovery, cancellationToken) is true)
        {
            throw new RefusedException(
                $"The server at {connection.Host}:{connection.Port} is a standby in recovery: "
                + "it is read-only. "
                + "Connect to the primary.", 1);
        }
    }

    /// <summary>
    /// Whether ChangeLog is installed; switches to the role of the schemas' owner if that is another.
    /// </summary>
    public static async Task<bool> CheckSchemasAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var schemas = await FindAsync(connection, cancellationToken);
        var isInstalled = await connection.ScalarAsync(Journal, cancellationToken) is not null;
        var shared = isInstalled && await connection.ScalarAsync(MayReadInstallation, cancellationToken) is true
            ? await connection.LinesAsync(Shared, [], cancellationToken)
            : [];
        string? roleToTake = null;
        foreach (var schema in schemas.Where(schema => !IsApplications(schema, isInstalled, shared)))
        {
            CheckIsTrusted(schema);
            if (!schema.IsUsable)
            {
                throw new MissingRightsException(
                    $"ChangeLog is installed here by {schema.Owner}: install, upgrade or uninstall it as "
                        + $"{schema.Owner}.");
            }

            roleToTake = schema.IsCurrents ? roleToTake : schema.Owner;
        }

        await TakeRoleAsync(connection, roleToTake, cancellationToken);
        foreach (var schema in schemas.Where(schema => IsApplications(schema, isInstalled, shared)))
        {
            await RequireGuardableAsync(connection, schema, cancellationToken);
        }

        // platform came later: an install without it is an older one
        var found = schemas.Where(schema => isInstalled || !IsApplications(schema, isInstalled, shared)).ToList();
        if (found.Count > 0 && (!isInstalled || found.Count(schema => schema.Name != "platform") < 4))
        {
            throw new RefusedException(
                "ChangeLog's schemas here are incomplete: there is "
                + $"{string.Join(", ", found.Select(schema => schema.Name))}, but not all "
                + "of logs, lib_event, lib_events and changelog with its table changelog.script. "
                + "Restore what is missing from a "
                + "backup, or drop the rest, with the whole log, and install again.", 2);
        }

        return isInstalled;
    }

    /// <summary>Refuses a schema that lacks one of this program's scripts; one with another text is accepted.</summary>
    public static void CheckIsComplete(IReadOnlyDictionary<string, string> journal, IReadOnlyList<SqlScript> scripts)
    {
        // an uninstall that keeps the data drops only capture
        var missing = scripts
            .Where(script => !script.IsGrant && !script.IsCapture && !journal.ContainsKey(script.Name))
            .ToList();
        if (missing.Count > 0)
        {
            throw new RefusedException(
                $"The installed schema is older than this program: it lacks {missing[0].Name}"
                + $"{(missing.Count > 1 ? $" and {missing.Count - 1} more" : string.Empty)}. Run: changelog install",
                1);
        }
    }

    private static Task<List<FoundSchema>> FindAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.RowsAsync(
            OwnSchemas,
            row => new FoundSchema(
                row.GetString(0), row.GetBoolean(1), row.GetString(2), row.GetBoolean(3), row.GetBoolean(4),
                row.GetBoolean(5), row.GetBoolean(6), row.TextOrNull(7)),
            [Query.Texts(OwnNames.Internal)],
            cancellationToken);

    // before an install only our mark tells, and only if there is something of ours, or somebody may have planted it
    private static bool IsApplications(FoundSchema schema, bool isInstalled, List<string> shared) =>
        isInstalled
            ? shared.Contains(schema.Name) || (schema.Name == "platform" && !schema.IsMarked && !schema.HasOwnObjects)
            : !schema.IsMarked || (schema.IsTrusted && !schema.HasOwnObjects);

    // functions created beside ours run as whoever calls ours; an event trigger prevents that, if one is allowed
    private static async Task RequireGuardableAsync(
        NpgsqlConnection connection, FoundSchema schema, CancellationToken cancellationToken)
    {
        if (schema.Others is null || await connection.ScalarAsync(IsSuperuser, cancellationToken) is true)
        {
            return;
        }

        throw new MissingRightsException(
            $"ChangeLog would share the schema {schema.Name} with objects of yours, but {schema.Others} could put "
            + "functions of their own "
            + $"in the place of ChangeLog's there. Nothing was changed. Install as a superuser, or as {schema.Owner}.");
    }

    private static void CheckIsTrusted(FoundSchema schema)
    {
        if (!schema.IsTrusted)
        {
            throw new RefusedException(
                $"The schema {schema.Name} says that it is ChangeLog's, but belongs to {schema.Owner}, "
                + "who is neither the current "
                + "role nor a superuser nor changelog_owner, so its contents cannot be trusted. "
                + $"Install as {schema.Owner}, "
                + $"or, if you know its contents: alter schema {schema.Name} owner to changelog_owner.", 2);
        }
    }

    private static async Task TakeRoleAsync(
        NpgsqlConnection connection, string? role, CancellationToken cancellationToken)
    {
        if (role is null)
        {
            return;
        }

        const string TakeOwner = /* language=sql */
            """
            select set_config('role', $1, true)
            where not (select rolsuper from pg_roles where rolname = current_user)
            """;
        await connection.ExecuteAsync(TakeOwner, [Query.Text(role)], cancellationToken);
    }
}
