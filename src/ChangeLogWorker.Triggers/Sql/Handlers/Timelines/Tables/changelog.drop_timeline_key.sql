-- changelog.drop_timeline_key(timeline): drops the next foreign key that ChangeLog made on a timeline's table and that
-- no setting asks for any more: one per call and thus transaction, since it locks root and users. A locked one holds up
-- no other. Returns what it did; null if there was nothing to do. Caller's rights, who must own the table (for others
-- see changelog.users_notes): a worker, who writes timeline definitions, cannot drop anyone else's key.
-- Writes a constraint of the timeline's table, changelog.timeline. Notifies nothing.
create or replace function changelog.drop_timeline_key(timeline_name text default null)
    returns text
    language plpgsql
    set search_path = pg_catalog, pg_temp
    set lock_timeout = '300ms'
as $function$
declare
    key record;
    is_locked boolean := false;
begin
    for key in
        select *
        from changelog.unwanted_timeline_keys() k
        where k.may_drop
        and k.timeline = coalesce(timeline_name, k.timeline)
    loop
        begin
            if key.table_oid is not null then
                execute format('alter table %s drop constraint %I', key.table_oid, key.name);
            end if;
            update changelog.timeline t set keys_made = array_remove(t.keys_made, key.name) where t.name = key.timeline;
            if key.table_oid is not null then
                return format('%s no longer refers to %s', key.table_oid, key.referred);
            end if;
        exception when lock_not_available then
            is_locked := true;
        end;
    end loop;
    if is_locked then
        raise exception 'canceling statement due to lock timeout' using errcode = 'lock_not_available';
    end if;
    return null;
end
$function$;
comment on function changelog.drop_timeline_key(text) is
    'Drops the next foreign key of a timeline that no setting asks for any more';
