-- changelog.is_internal(schema, name): whether a table is the server's or one that ChangeLog fills; such tables are
-- neither captured nor redacted (flags and settings are, like an application's). By schema and table, since a schema
-- may be shared. For a partition, pass its root. Inlined. Writes nothing, notifies nothing.
create or replace function changelog.is_internal(schema name, name name)
    returns boolean
    language sql
    immutable
    parallel safe
as $function$
    select starts_with(schema, 'pg_') or schema = 'information_schema'
        or schema in ('logs', 'lib_event', 'lib_events', 'changelog', 'platform')
        and (schema <> 'platform' or name not in ('feature_flags', 'global_settings'))
        and changelog.is_own(schema, name)
$function$;
comment on function changelog.is_internal(name, name) is 'Whether a table is the server''s or one that ChangeLog fills';
