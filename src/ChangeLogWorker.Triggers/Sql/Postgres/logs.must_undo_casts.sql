-- logs.must_undo_casts(): whether a type's cast to json, which may be a user's, has left or may have left something
-- behind that would later act with the rights of changelog_capture: a search_path of its own, or, from PostgreSQL 18
-- on, a deferred trigger on a temporary table, which runs at commit as whoever queued it, and is no longer read-only.
-- Asked within the block that ran the cast: raising an error there undoes it, and the JSON survives.
-- Inlined, under whatever search_path the cast has left, so everything is qualified. Writes nothing, notifies nothing.
create or replace function logs.must_undo_casts()
    returns boolean
    language sql
    stable
as $function$
    select pg_catalog.current_setting('search_path') operator(pg_catalog.<>) 'pg_catalog, pg_temp'
        or pg_catalog.pg_my_temp_schema() operator(pg_catalog.<>) '0'::pg_catalog.oid
        and pg_catalog.current_setting('server_version_num') operator(pg_catalog.>=) '18'
$function$;
comment on function logs.must_undo_casts() is
    'Whether a cast to json may have left something behind that must be undone';
