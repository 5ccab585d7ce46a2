-- changelog.link_users(): reconciles the foreign keys from the tables of platform to the users table
-- (changelog.platform_user) with the settings, one table per call and thus transaction, since the users table is locked
-- meanwhile. On existing rows a key is created not valid, and validated by a later call, which blocks no writers. A
-- locked table holds up no other. Stores which table is the users'. Returns what it did; null if there was nothing to
-- do. Writes constraints of the tables of platform, changelog.capture_setting. Notifies nothing.
create or replace function changelog.link_users()
    returns text
    language plpgsql
    security definer
    set search_path = pg_catalog, pg_temp
    set lock_timeout = '300ms'
as $function$
declare
    due record;
    step record;
    is_empty boolean;
    is_locked boolean := false;
begin
    update changelog.capture_setting s
    set users_oid = changelog.users_table()::oid
    where s.users_oid is distinct from changelog.users_table()::oid
    -- a table that was renamed, or whose key is gone for now, still exists
    and (changelog.users_table() is not null or not exists (select from pg_class c where c.oid = s.users_oid));
    for due in
        select p.table_oid, p.is_validation, array_agg(distinct p.sentence) as sentences
        from (
            select s.*, s.statement like '% validate constraint %' as is_validation
            from changelog.users_link_steps() s) p
        group by p.table_oid, p.is_validation
        order by min(p.place)
    loop
        begin
            for step in
                select s.*
                from changelog.users_link_steps() s
                where s.table_oid = due.table_oid
                and s.statement like '% validate constraint %' = due.is_validation
                order by s.place
            loop
                execute format('select not exists (select from %s)', step.table_oid) into is_empty;
                execute step.statement || case when step.is_made and not is_empty then ' not valid' else '' end;
            end loop;
            -- once for a table with several such columns
            return array_to_string(due.sentences, '; ');
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
comment on function changelog.link_users() is 'Reconciles the foreign keys to the users table with the settings';
