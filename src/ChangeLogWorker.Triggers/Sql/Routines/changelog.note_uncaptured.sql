-- changelog.note_uncaptured: notes in the coverage that at this instant rows of a table changed that no trigger saw
-- (a rewrite, a partition dropped), or that a table could not be covered yet (still = true: until it is).
-- Writes changelog.coverage, notifies nobody.
create or replace function changelog.note_uncaptured(target oid, why text, still boolean default false)
returns void
language sql
set search_path = pg_catalog, pg_temp
set jit = off
as $function$
    insert into changelog.coverage (table_oid, table_schema, table_name, captured, reason, valid_from, valid_until)
    select t.root_oid, t.root_schema, t.root_name, false, why, clock_timestamp(), case when not still then clock_timestamp() end
    from changelog.tables(target) t
    where t.captured
    on conflict (table_oid) where valid_until is null do nothing
$function$;
