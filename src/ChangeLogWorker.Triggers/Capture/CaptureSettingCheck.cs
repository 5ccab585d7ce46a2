using ChangeLogWorker.Triggers.Coverage;
using ChangeLogWorker.Triggers.LinkCleanup;
using ChangeLogWorker.Triggers.Postgres;
using ChangeLogWorker.Triggers.Redaction;
using Npgsql;

namespace ChangeLogWorker.Triggers.Capture;

/// <summary>Checks that everything the settings name exists, by what is installed.</summary>
/// <remarks>An install is asked in its own transaction, which a problem rolls back.</remarks>
public static class CaptureSettingCheck
{
    private const string Schemas = /* language=sql */
        """
        select n.nspname::text
        from pg_catalog.pg_namespace n
        where not starts_with(n.nspname, 'pg_')
          and n.nspname not in ('information_schema', 'logs', 'lib_event', 'lib_events', 'changelog')
        union
        select n.nspname::text
        from pg_catalog.pg_class c
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'p')
          and not changelog.is_internal(n.nspname, c.relname)
        """;

    /// <exception cref="RefusedException">Something is wrong; nothing was changed.</exception>
    public static async Task RequireAsync(
        NpgsqlConnection connection, CaptureSettings settings, CancellationToken cancellationToken)
    {
        if (await ProblemsAsync(connection, settings, cancellationToken) is { Count: > 0 } problems)
        {
            throw new RefusedException(string.Join(' ', problems), 2);
        }
    }

    /// <summary>All problems, each a sentence.</summary>
    public static async Task<IReadOnlyList<string>> ProblemsAsync(
        NpgsqlConnection connection, CaptureSettings settings, CancellationToken cancellationToken)
    {
        List<string> problems = [.. await SchemaProblemsAsync(connection, settings.Schemas ?? [], cancellationToken)];
        if (await UsersTableCheck.ProblemAsync(connection, settings, cancellationToken) is { } users)
        {
            problems.Add(users);
        }

        problems.AddRange(await RedactionCatalog.ProblemsAsync(connection, settings, cancellationToken));
        problems.AddRange(await LinkCatalog.ProblemsAsync(connection, settings, cancellationToken));
        try
        {
            _ = await CaptureSettingStore.ExclusionsAsync(
                connection, settings.NonLoggedTables ?? [], cancellationToken);
        }
        catch (RefusedException unreadable)
        {
            problems.Add(unreadable.Message);
        }

        return problems;
    }

    private static async Task<IEnumerable<string>> SchemaProblemsAsync(
        NpgsqlConnection connection, IReadOnlyList<string> named, CancellationToken cancellationToken)
    {
        if (named.Count == 0)
        {
            return [];
        }

        var known = await connection.LinesAsync(Schemas, [], cancellationToken);
        return named.Except(known).Select(schema =>
            $"ChangeLog:Schemas: there is no schema {schema} whose tables could be captured."
                + ApplicationTables.Nearest(schema, known));
    }
}
