-- changelog.note_unreconciled(target, why): notes in the coverage that a table's triggers could not be reconciled, if
-- they really are not. Security definer: the worker may write the coverage in no other way.
-- Writes changelog.coverage, notifies nothing.
create or replace function changelog.note_unreconciled(target oid, why text)
    returns void
    language sql
    security definer
    set search_path = pg_catalog, pg_temp
as $function$
    select changelog.note_uncaptured(target, why, true)
    where exists (select from changelog.trigger_plan(target))
$function$;
comment on function changelog.note_unreconciled(oid, text) is 'Notes that a table''s triggers could not be reconciled';
