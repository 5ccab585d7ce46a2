-- changelog.key_ids(ids, castable, known): which ids a key can have at all; castable and known: see
-- changelog.lookup_condition. All at once if all are valid, as they usually are; otherwise each in its own
-- subtransaction.
-- Writes nothing, notifies nothing.
create or replace function changelog.key_ids(ids text[], castable text, known text)
    returns text[]
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
declare
    found_ids text[];
begin
    execute format('select array(select distinct i.id from unnest($1) i (id) where %s)', castable)
    into found_ids
    using ids;
    return found_ids;
exception when others then
    execute format('select array(select distinct i.id from unnest($1) i (id) where %s)', known)
    into found_ids
    using ids;
    return found_ids;
end
$function$;
comment on function changelog.key_ids(text[], text, text) is 'Which ids a key can have at all';
