-- changelog.present_targets(target, ids): which ids belong to a current record of a table; like
-- changelog.absent_targets, never runs the application's code with more rights than the table's owner has.
-- Writes nothing, notifies nothing.
create or replace function changelog.present_targets(target oid, ids text[])
    returns text[]
    language plpgsql
    volatile
    set search_path = pg_catalog, pg_temp
as $function$
declare
    keys constant record := changelog.lookup_condition(target);
    known text[];
begin
    if keys.columns is null then
        return '{}';
    end if;
    known := changelog.key_ids(ids, keys.castable, keys.known);
    return array(select unnest(known) except select unnest(changelog.absent_targets(target, known)));
end
$function$;
comment on function changelog.present_targets(oid, text[]) is
    'Which ids belong to a current record of a table';
