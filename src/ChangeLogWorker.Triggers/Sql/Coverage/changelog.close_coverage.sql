-- changelog.close_coverage: ends the coverage of tables that were dropped or have become partitions. Security definer,
-- and from the catalogs alone, so that the caller cannot falsify it.
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
