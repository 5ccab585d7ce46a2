-- changelog.close_coverage: ends the coverage of tables that are gone, or have become partitions of another.
-- With the owner's rights, and from the catalogs alone: who calls it cannot make it say anything else.
-- Returns how many. Writes changelog.coverage, notifies nothing.
create or replace function changelog.close_coverage()
returns bigint
language sql
security definer
set search_path = pg_catalog, pg_temp
set jit = off
as $function$
    with held as materialized (
        select t.table_oid
        from changelog.tables() t
        where t.table_oid = t.root_oid
    ), closed as (
        update changelog.coverage c
        set valid_until = clock_timestamp()
        where c.valid_until is null
          and not exists (select from held h where h.table_oid = c.table_oid)
        returning 1
    )
    select count(*) from closed
$function$;
