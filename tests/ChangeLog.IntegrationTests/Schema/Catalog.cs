using ChangeLog.TestSupport;

namespace ChangeLog.IntegrationTests.Schema;

/// <summary>Everything of ours that a database's catalog holds, one object a line, without oids and times.</summary>
internal static class Catalog
{
    private const string Query =
        """
        with own as (
            select oid, nspname, nspacl, obj_description(oid, 'pg_namespace') as comment
            from pg_namespace
            where nspname in ('logs', 'lib_event', 'lib_events', 'changelog', 'platform')
        )
        select concat_ws(' ', 'schema', nspname, nspacl::text, comment) as line
        from own
        union all
        select concat_ws(' ', 'relation', nspname, relname, relkind, relacl::text, pg_get_expr(relpartbound, c.oid))
        from pg_class c
        join own on own.oid = c.relnamespace
        union all
        select concat_ws(' ', 'function', p.oid::regprocedure, p.proowner::regrole, p.proacl::text,
            md5(pg_get_functiondef(p.oid)))
        from pg_proc p
        join own on own.oid = p.pronamespace
        -- a table's own is of that table
        where p.proname !~ '^capture_[0-9]+$'
        union all
        select concat_ws(' ', 'trigger', replace(pg_get_triggerdef(t.oid), t.tgrelid::text, 'oid'))
        from pg_trigger t
        join pg_class c on c.oid = t.tgrelid
        join own on own.oid = c.relnamespace
        where not t.tgisinternal
        union all
        select concat_ws(' ', 'event trigger', evtname, evtevent, evtfoid::regproc, evtenabled, evttags::text)
        from pg_event_trigger
        union all
        select concat_ws(' ', 'script', name, hash)
        from changelog.script
        order by line
        """;

    public static Task<IReadOnlyList<string>> OfAsync(TestDatabase database) => database.LinesAsync(Query);
}
