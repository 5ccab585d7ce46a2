-- changelog.suspended_since(root, out reason): since when a table is not captured because it, or a partition of it, is
-- suspended (changelog.is_suspended), with the reason shown in the coverage; null if none is.
-- Writes nothing, notifies nothing.
create or replace function changelog.suspended_since(root oid)
    returns text
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
begin
    if not exists (select from changelog.suspension s) then
        return null;
    end if;
    return (
        select min(format('all triggers of %s are disabled, as a restore does', s.table_oid::regclass))
        from changelog.suspension s
        join pg_class c on c.oid = s.table_oid
        where suspended_since.root in (s.table_oid, case when c.relispartition then pg_partition_root(c.oid)::oid end)
        and changelog.is_suspended(s.table_oid));
end
$function$;
comment on function changelog.suspended_since(oid) is
    'Why a table is not captured, if all its triggers were disabled; otherwise null';
