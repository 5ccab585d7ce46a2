-- logs.guard_partition(partition): gives a partition of a guarded table its TRUNCATE guard; statement triggers are not
-- inherited as the row guards are. Twice is once.
-- Writes the catalog, notifies nothing.
create or replace function logs.guard_partition(partition regclass)
    returns void
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $function$
begin
    if not exists (select from pg_trigger t where t.tgrelid = partition and t.tgname = 'refuse_truncate') then
        execute format(
            'create trigger refuse_truncate before truncate on %s for each statement execute function logs.refuse_change()',
            partition);
    end if;
end
$function$;
comment on function logs.guard_partition(regclass) is 'Refuses TRUNCATE of one partition; for whoever makes partitions of logs.transaction and logs.change';
