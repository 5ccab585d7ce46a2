-- changelog.link_users(): gives the columns of the tables of platform that hold a user (changelog.platform_user) their foreign
-- key to the users' table, or takes away one to a table that is no longer it. A key on rows that are there is made unvalidated, so that the users' table is locked for
-- an instant, and validated by the next call, which locks no writer out. Returns what it did; null: nothing was to be done.
-- Writes constraints of the tables of platform. Notifies nothing.
create or replace function changelog.link_users()
    returns text
    language plpgsql
    security definer
    set search_path = pg_catalog, pg_temp
    set lock_timeout = '1s'
as $function$
declare
    users regclass := changelog.users_table();
    target record;
    key_name name;
    key_target oid;
    is_valid boolean;
    is_empty boolean;
    done text[] := '{}';
begin
    for target in
        select u.*
        from changelog.platform_user u
        order by u.table_oid::text, u.number
    loop
        select c.conname, c.confrelid, c.convalidated
        into key_name, key_target, is_valid
        from pg_constraint c
        where c.conrelid = target.table_oid
        and c.contype = 'f'
        and c.conkey = array[target.number];
        if key_target is distinct from users::oid and key_name is not null then
            execute format('alter table %s drop constraint %I', target.table_oid, key_name);
            done := done || format('%s no longer refers to %s', target.table_oid, key_target::regclass);
            key_name := null;
        end if;
        if key_name is null and users is not null then
            execute format('select not exists (select from %s)', target.table_oid) into is_empty;
            execute format(
                'alter table %s add foreign key (%I) references %s (id) %s%s',
                target.table_oid,
                target.name,
                users,
                target.on_delete,
                case when is_empty then '' else ' not valid' end);
            done := done || format('%s refers to %s', target.table_oid, users);
        elsif key_name is not null and not is_valid then
            execute format('alter table %s validate constraint %I', target.table_oid, key_name);
            done := done || format('the reference of %s to %s is validated', target.table_oid, users);
        end if;
    end loop;
    -- of a table with several such columns once
    return (select string_agg(distinct d.what, '; ') from unnest(done) d (what));
end
$function$;
comment on function changelog.link_users() is 'Brings the foreign keys to the users in line with changelog.users_table()';
