-- changelog.follow_rewrite: notes in the coverage that ALTER TABLE has changed values that no trigger sees (a column's
-- type or default; changing the access method or persistence changes no value).
-- Never fails the user's DDL. Writes changelog.coverage, notifies nothing.
create or replace function changelog.follow_rewrite()
returns event_trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $function$
begin
    if pg_event_trigger_table_rewrite_reason() & 6 <> 0 then
        perform changelog.note_uncaptured(
            pg_event_trigger_table_rewrite_oid(),
            'rewritten by ALTER TABLE: the changes to its rows were not captured');
    end if;
exception when others then
    raise warning 'ChangeLog: could not note the rewrite: %', sqlerrm;
end
$function$;
