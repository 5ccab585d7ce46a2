using System.Text;
using ChangeLogWorker.Triggers.Postgres;

namespace ChangeLogWorker.Triggers.Schema.Scripts;

/// <summary>Prints the whole install as one script, for a DBA to read and run with psql.</summary>
internal static class SchemaPrinter
{
    private const string Head =
        $"""
        -- ChangeLog: everything that "changelog install" runs in a database where it is not installed yet.
        -- Run it with: psql --set ON_ERROR_STOP=1 --file THIS_FILE
        begin;
        {DdlTransaction.OfInstall};

        """;

    // psql's \gexec runs each row as a statement; several in one would be a transaction of their own
    private const string Tail =
        $$$"""
        select partition_name from changelog.make_partitions({1});
        select lib_event.store('changelog.schema.installed', jsonb_build_object(
            'db_user', session_user, 'version', {0}, 'scripts',
                (select jsonb_agg(name order by name) from changelog.script)));
        commit;

        -- Every table that is to be captured gets its triggers, one table a transaction, so that one that is locked
        -- holds up no other and keeps none closed to its writers; the worker repeats this from time to time.
        \set ON_ERROR_STOP 0
        \set QUIET 1
        \pset tuples_only on
        select format($table$
        {{{DdlTransaction.OfTable}}};
        select r.table_schema, r.table_name, r.action, r.trigger_name from changelog.reconcile_table(%s) r
        $table$, table_oid)
        from changelog.unreconciled_tables()
        \gexec
        \pset tuples_only off
        \set ON_ERROR_STOP 1
        do $left$
        declare
            open text;
        begin
            select string_agg(format('%I.%I', t.table_schema, t.table_name), ', ') into open
                from changelog.unreconciled_tables() t;
            if open is not null then
                raise exception 'not captured yet: %', open
                    using hint = 'Look in pg_stat_activity for who holds a lock on it, then run: changelog reconcile '
                        '(a worker that runs does it by itself). Everything else is installed.';
            end if;
            update changelog.installation set reconciled_at = now();
        end
        $left$;

        """;

    public static string Print(IReadOnlyList<SqlScript> scripts, int monthsAhead)
    {
        var text = new StringBuilder(Head);
        text.Append('\n').Append(SharedSchemas.PrintCheck(scripts.Where(script => !script.IsMigration)));
        foreach (var script in scripts.Where(script => !script.IsMigration && !script.IsGrant))
        {
            Append(script);
        }

        text.Append("\n-- What was run, so that a later install knows, and for the grants.\n");
        text.Append("insert into changelog.script (name, hash)\nvalues\n");
        text.AppendJoin(
            ",\n",
            scripts.Where(script => !script.IsGrant).Select(script => $"    ('{script.Name}', '{script.Hash}')"));
        text.Append(";\n\n");
        foreach (var script in scripts.Where(script => script.IsGrant))
        {
            Append(script);
        }

        text.Append('\n');
        return text.Append(Tail
            .Replace("{0}", $"'{Installer.Version}'", StringComparison.Ordinal)
            .Replace("{1}", $"{monthsAhead}", StringComparison.Ordinal)).ToString();

        void Append(SqlScript script) =>
            text.Append("\n-- ").Append(script.Name).Append('\n').Append(script.Text.TrimEnd()).Append('\n');
    }
}
