-- changelog.is_capture_function(function): whether capture's triggers call this function, for all tables or for one
-- (changelog.capture_source). By name, which survives a dump. Inlined, so it also works for callers without the schema
-- logs in their search_path. Writes nothing, notifies nothing.
create or replace function changelog.is_capture_function(function oid)
    returns boolean
    language sql
    stable
as $function$
    select function::pg_catalog.regproc::pg_catalog.text
        operator(pg_catalog.~) '^logs[.]capture_(row_change|partition_change|truncate|[0-9]+)$'
$function$;
comment on function changelog.is_capture_function(oid) is
    'Whether capture''s triggers call a function';
