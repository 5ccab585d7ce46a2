-- changelog.link_users(): gives the tables that hold a user_id their foreign key to the users' table, or takes away one to
-- a table that is no longer it. A key on rows that are there is made unvalidated, so that the users' table is locked for
-- an instant, and validated by the next call, which locks no writer out. Returns what it did; null: nothing was to be done.
-- Writes constraints of platform.activity_logs and user_audit_logs. Notifies nothing.
create or replace function changelog.link_users()
    returns text
    language plpgsql
    security definer
    set search_path = pg_catalog, pg_temp
    set lock_timeout = '1s'
as $function$
declare
    users regclass := changelog.users_table();
    target regclass;
    key_name name;
    key_target oid;
    is_valid boolean;
    is_empty boolean;
    done text[] := '{}';
begin
    foreach target in array array['platform.activity_logs', 'platform.user_audit_logs']::regclass[] loop
        select c.conname, c.confrelid, c.convalidated
        into key_name, key_target, is_valid
        from pg_constraint c
        where c.conrelid = target
        and c.contype = 'f';
        if key_target is distinct from users::oid and key_name is not null then
            execute format('alter table %s drop constraint %I', target, key_name);
            done := done || format('%s no longer refers to %s', target, key_target::regclass);
            key_name := null;
        end if;
        if key_name is null and users is not null then
            execute format('select not exists (select from %s)', target) into is_empty;
            execute format(
                'alter table %s add constraint %I foreign key (user_id) references %s (id) on delete set null%s',
                target,
                (select c.relname from pg_class c where c.oid = target) || '_user_id_fkey',
                users,
                case when is_empty then '' else ' not valid' end);
            done := done || format('%s refers to %s', target, users);
        elsif key_name is not null and not is_valid then
            execute format('alter table %s validate constraint %I', target, key_name);
            done := done || format('the reference of %s to %s is validated', target, users);
        end if;
    end loop;
    return nullif(array_to_string(done, '; '), '');
end
$function$;
comment on function changelog.link_users() is 'Brings the foreign keys of user_id in line with changelog.users_table()';
