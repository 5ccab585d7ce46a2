-- changelog.lookup_rights(target, columns): what a table's owner has to run so that missing records can be detected, as
-- a sentence. Writes nothing, notifies nothing.
create or replace function changelog.lookup_rights(target oid, columns text[])
    returns text
    language sql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
    select format(
        'cannot tell whether records of %s are gone; let its owner run: '
        || 'grant usage on schema %I to changelog_capture; grant select (%s) on %1$s to changelog_capture',
        target::regclass,
        n.nspname,
        (select string_agg(quote_ident(k.name), ', ') from unnest(columns) k (name)))
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    where c.oid = target
$function$;
comment on function changelog.lookup_rights(oid, text[]) is
    'What a table''s owner has to run so that missing records can be detected';
