-- changelog.is_left_out(schema, name): whether a table is the server's or one that ChangeLog fills, which is neither
-- captured nor redacted (flags and settings are, like an application's). By schema and table, for a schema may be
-- shared. Of a partition ask for its root. Inlined. Writes nothing, notifies nothing.
create or replace function changelog.is_left_out(schema name, name name)
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
comment on function changelog.is_left_out(name, name) is 'Whether a table is the server''s or one that ChangeLog fills';
