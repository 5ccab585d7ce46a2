using System.Text;

namespace ChangeLogWorker.Triggers.Installation;

/// <summary>Writes the whole install as one script for a DBA to read, and to run with psql in an empty database.</summary>
internal static class SchemaPrinter
{
    private const string Head =
        """
        -- ChangeLog: everything that "changelog install" runs in a database where it is not installed yet.
        -- Run it with: psql --set ON_ERROR_STOP=1 --file THIS_FILE
        begin;
        set local client_min_messages = warning;
        set local search_path = pg_catalog, pg_temp;
        set local check_function_bodies = off;
        set local lock_timeout = '5s';
        select pg_advisory_xact_lock(hashtext('changelog'), hashtext('install'));

        """;

    private const string Tail =
        """
        select partition_name from changelog.make_partitions({1});
        select lib_event.store('changelog.schema.installed', jsonb_build_object(
            'db_user', session_user, 'version', {0}, 'scripts', (select jsonb_agg(name order by name) from changelog.script)));
        commit;

        -- Every table that is to be captured gets its triggers; the worker repeats this from time to time.
        select t.table_schema, t.table_name, r.action, r.trigger_name
        from changelog.out_of_line() t
        cross join changelog.reconcile_table(t.table_oid) r;
        update changelog.installation set reconciled_at = now();

        """;

    public static string Print(IReadOnlyList<SqlScript> scripts, int monthsAhead)
    {
        var text = new StringBuilder(Head);
        foreach (var script in scripts)
        {
            text.Append("\n-- ").Append(script.Name).Append('\n').Append(script.Text.TrimEnd()).Append('\n');
        }

        text.Append("\n-- What was run, so that a later install knows.\ninsert into changelog.script (name, hash)\nvalues\n");
        text.AppendJoin(",\n", scripts.Where(script => !script.IsGrant).Select(
            script => $"    ('{script.Name}', '{script.Hash}')"));
        text.Append(";\n\n");
        return text.Append(Tail
            .Replace("{0}", $"'{Installer.Version}'", StringComparison.Ordinal)
            .Replace("{1}", $"{monthsAhead}", StringComparison.Ordinal)).ToString();
    }
}
