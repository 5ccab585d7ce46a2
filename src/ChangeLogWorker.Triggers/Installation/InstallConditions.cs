using ChangeLogWorker.Triggers.Reconciliation;
using Npgsql;

namespace ChangeLogWorker.Triggers.Installation;

/// <summary>What must hold before anything is touched; what does not is refused with the sentence that puts it right.</summary>
internal static class InstallConditions
{
    private const string Recovery =
        /* language=sql */ "select pg_is_in_recovery()";

    private const string OwnSchemas =
        /* language=sql */
        $"""
        select n.nspname::text,
               coalesce(obj_description(n.oid, 'pg_namespace'), '') like 'ChangeLog:%',
               r.rolname::text,
               r.rolname = current_user or r.rolsuper or r.rolname = 'changelog_owner'
                   or n.nspowner = d.datdba and not pg_has_role(n.nspowner, 'usage'),
               r.rolname = current_user,
               pg_has_role(n.nspowner, 'usage')
        from pg_namespace n
        join pg_roles r on r.oid = n.nspowner
        join pg_database d on d.datname = current_database()
        where n.nspname = any ({ApplicationSchemas.OwnArray})
        order by n.nspname
        """;

    private static readonly Version Oldest = new(13, 0);

    public static async Task CheckServerAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        if (connection.PostgreSqlVersion < Oldest)
        {
            throw new RefusedException(
                $"The server runs PostgreSQL {connection.PostgreSqlVersion}; ChangeLog needs 13 or later.", 2);
        }

        if (await connection.ScalarAsync(Recovery, ct) is true)
        {
            throw new RefusedException(
                $"The server at {connection.Host}:{connection.Port} is a standby in recovery: nothing can be written there. "
                + "Connect to the primary.", 1);
        }
    }

    /// <summary>Whether ChangeLog is installed; takes the role of the schemas' owner where that is another.</summary>
    public static async Task<bool> CheckSchemasAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        var found = new List<string>();
        string? roleToTake = null;
        await using (var command = new NpgsqlCommand(OwnSchemas, connection))
        await using (var reader = await command.ExecuteReaderAsync(ct))
        {
            while (await reader.ReadAsync(ct))
            {
                var (schema, owner) = (reader.GetString(0), reader.GetString(2));
                found.Add(schema);
                CheckIsOurs(schema, owner, isMarked: reader.GetBoolean(1), isTrusted: reader.GetBoolean(3));
                if (!reader.GetBoolean(5))
                {
                    throw new MissingRightsException(
                        $"ChangeLog is installed here by {owner}: install, upgrade or uninstall it as {owner}.");
                }

                roleToTake = reader.GetBoolean(4) ? roleToTake : owner;
            }
        }

        if (found.Count == 0)
        {
            return false;
        }

        // platform came later: an install without it is an older one
        if (found.Count(schema => schema != "platform") < 4 || !await SchemaJournal.ExistsAsync(connection, ct))
        {
            throw new RefusedException(
                $"ChangeLog's schemas here are incomplete: there is {string.Join(", ", found)}, but not all of logs, "
                + "lib_event, lib_events and changelog with its table changelog.script. Restore what is missing from a "
                + "backup, or drop the rest, with all that it recorded, and install again.", 2);
        }

        await TakeRoleAsync(connection, roleToTake, ct);
        return true;
    }

    /// <summary>Refuses a schema that another program made or that a newer or altered version of this one did.</summary>
    public static void CheckJournal(IReadOnlyDictionary<string, string> journal, IReadOnlyList<SqlScript> scripts)
    {
        var migrations = scripts.Where(script => script.IsMigration).ToDictionary(script => script.Name);
        foreach (var (name, hash) in journal.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            if (!name.StartsWith("Migrations/", StringComparison.Ordinal))
            {
                continue;
            }

            if (!migrations.TryGetValue(name, out var migration))
            {
                throw new RefusedException(
                    $"The installed schema is newer than this program: it has {name}. Use the newer program.", 2);
            }

            if (!migration.IsKnownBy(hash))
            {
                throw new RefusedException(
                    $"The installed schema was made by another text of {name} than this program's. "
                    + "Use the program that made it.", 2);
            }
        }
    }

    /// <summary>Refuses a schema that lacks a script of this program's: it would be missed at work. Another text of one is not.</summary>
    public static void CheckIsComplete(IReadOnlyDictionary<string, string> journal, IReadOnlyList<SqlScript> scripts)
    {
        // capture itself goes with an uninstall, which keeps the rest
        var missing = scripts
            .Where(script => !script.IsGrant && !script.IsCapture && !journal.ContainsKey(script.Name))
            .ToList();
        if (missing.Count > 0)
        {
            throw new RefusedException(
                $"The installed schema is older than this program: it lacks {missing[0].Name}"
                + $"{(missing.Count > 1 ? $" and {missing.Count - 1} more" : string.Empty)}. Run: changelog install", 1);
        }
    }

    private static void CheckIsOurs(string schema, string owner, bool isMarked, bool isTrusted)
    {
        if (!isMarked)
        {
            throw new RefusedException(
                $"There is a schema {schema} already that ChangeLog did not make. It is left untouched: "
                + $"rename it (alter schema {schema} rename to …) or use another database.", 2);
        }

        if (!isTrusted)
        {
            throw new RefusedException(
                $"The schema {schema} says that it is ChangeLog's, but belongs to {owner}, who is neither the current "
                + $"role nor a superuser nor changelog_owner, so its contents cannot be trusted. Install as {owner}, "
                + $"or, if you know its contents: alter schema {schema} owner to changelog_owner.", 2);
        }
    }

    private static async Task TakeRoleAsync(NpgsqlConnection connection, string? role, CancellationToken ct)
    {
        if (role is null)
        {
            return;
        }

        const string TakeOwner =
            /* language=sql */
            """
            select set_config('role', $1, true)
            where not (select rolsuper from pg_roles where rolname = current_user)
            """;
        await using var command = new NpgsqlCommand(TakeOwner, connection)
        {
            Parameters = { new NpgsqlParameter<string> { TypedValue = role } },
        };
        await command.ExecuteNonQueryAsync(ct);
    }
}
