using ChangeLogWorker.Triggers.Reconciliation;
using Npgsql;

namespace ChangeLogWorker.Triggers.Installation;

/// <summary>Refuses a setting ChangeLog:Platform:UsersTable to whose table no foreign key of a uuid could refer.</summary>
internal static class UsersTableCheck
{
    private const string Find =
        /* language=sql */
        """
        select exists (
            select
            from pg_attribute a
            join pg_index i on i.indrelid = a.attrelid
            where a.attrelid = c.oid
              and a.attname = 'id'
              and a.atttypid = 'uuid'::regtype
              and i.indisunique
              and i.indimmediate
              and i.indnkeyatts = 1
              and i.indkey[0] = a.attnum
              and i.indpred is null)
        from pg_class c
        join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = $1
          and c.relname = $2
          and c.relkind in ('r', 'p')
        """;

    private const string Names =
        /* language=sql */
        """
        select coalesce(array_agg(n.nspname || '.' || c.relname), '{}')
        from pg_class c
        join pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'p')
          and n.nspname not in ('pg_catalog', 'information_schema', 'logs', 'lib_event', 'changelog', 'platform')
          and n.nspname not like 'pg\_t%'
        """;

    /// <exception cref="RefusedException">There is no such table, or its id is no uuid.</exception>
    public static async Task RequireAsync(NpgsqlConnection connection, TableName? users, CancellationToken ct)
    {
        if (users is not { } named)
        {
            return;
        }

        await using var find = new NpgsqlCommand(Find, connection)
        {
            Parameters =
            {
                new NpgsqlParameter<string> { TypedValue = named.Schema },
                new NpgsqlParameter<string> { TypedValue = named.Name },
            },
        };
        switch (await find.ExecuteScalarAsync(ct))
        {
            case true:
                return;
            case false:
                throw new RefusedException(
                    $"ChangeLog:Platform:UsersTable names {named}, whose id is no column of type uuid that is unique by "
                    + "itself, so no user_id can refer to it. Name the table that has one, or leave the setting out.", 2);
            default:
                await using (var names = new NpgsqlCommand(Names, connection))
                {
                    var nearest = NearestName.Of($"{named}", (string[])(await names.ExecuteScalarAsync(ct))!);
                    throw new RefusedException(
                        $"ChangeLog:Platform:UsersTable names {named}, and there is no such table."
                        + (nearest is null ? string.Empty : $" The nearest is {nearest}."), 2);
                }
        }
    }
}
