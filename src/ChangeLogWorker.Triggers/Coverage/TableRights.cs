using ChangeLogWorker.Triggers.Postgres;
using Npgsql;

namespace ChangeLogWorker.Triggers.Coverage;

/// <summary>What must be granted before the triggers of a table can be created.</summary>
public static class TableRights
{
    /// <summary>Introduces the statements that grant it, in the reason why a table is not captured.</summary>
    public const string Remedy = "let its owner run: ";

    // triggers are created with the rights of ChangeLog's owner
    private const string Missing = /* language=sql */
        """
        select string_agg(g.statement, '; ' order by g.place)
        from pg_proc p
        cross join pg_class c
        join pg_namespace n on n.oid = c.relnamespace
        cross join lateral (values
            (
                1,
                format('grant usage on schema %I to %s', n.nspname, p.proowner::regrole),
                has_schema_privilege(p.proowner, n.oid, 'usage')),
            (
                2,
                format('grant trigger on %I.%I to %s', n.nspname, c.relname, p.proowner::regrole),
                has_table_privilege(p.proowner, c.oid, 'trigger'))) g (place, statement, is_held)
        where p.oid = 'changelog.reconcile_as_owner(oid)'::regprocedure
        and c.oid = $1
        and not g.is_held
        """;

    internal static async Task<string> ReasonAsync(
        NpgsqlConnection connection, uint table, PostgresException error, CancellationToken cancellationToken)
    {
        if (error.SqlState != PostgresErrorCodes.InsufficientPrivilege)
        {
            return error.MessageText;
        }

        return await connection.ScalarAsync(Missing, [Query.Oid(table)], cancellationToken) is string grants
            ? $"{error.MessageText} ({Remedy}{grants})"
            : $"{error.MessageText} (dropping its triggers requires its owner)";
    }
}
