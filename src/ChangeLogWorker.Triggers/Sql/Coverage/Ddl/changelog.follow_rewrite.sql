-- changelog.follow_rewrite: notes in the coverage that ALTER TABLE changes the values of a table's rows, which no
-- trigger sees (a column's type or default; a change of access method or persistence changes no value).
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
            'rewritten by ALTER TABLE: its rows changed without a change');
    end if;
exception when others then
    raise warning 'ChangeLog: could not note the rewrite: %', sqlerrm;
end
$function$;
