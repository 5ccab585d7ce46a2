-- changelog.is_left_out(schema): whether a schema is the server's or ChangeLog's, whose tables are neither captured nor redacted
-- (platform is no such one: of it applications have tables too). Inlined. Writes nothing, notifies nothing.
create or replace function changelog.is_left_out(schema name)
    returns boolean
    language sql
    immutable
    parallel safe
as $function$
    select pg_catalog.starts_with(schema::text, 'pg_') or schema in ('information_schema', 'logs', 'lib_event', 'lib_events', 'changelog')
$function$;
comment on function changelog.is_left_out(name) is 'Whether a schema is the server''s or ChangeLog''s';
