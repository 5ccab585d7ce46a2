-- changelog.user_columns(): the columns that refer to a user and are nulled when that user is gone, if there is a users
-- table: those of the tables of platform, and the actors of timelines. is_log: the table is append-only. Security
-- definer: whoever clears them may not read timeline definitions. Writes nothing, notifies nothing.
create or replace function changelog.user_columns()
    returns table (table_oid oid, table_name text, name text, is_log boolean)
    language sql
    stable
    security definer
    set search_path = pg_catalog, pg_temp
as $function$
    select u.table_oid, n.nspname || '.' || c.relname, u.name, u.is_log
    from (
        select p.table_oid::oid, p.name::text, p.on_delete <> '' as is_log
        from changelog.platform_user p
        union all
        select a.attrelid, a.attname::text, false
        from changelog.timeline t
        join pg_namespace s on s.nspname = t.table_schema
        join pg_class r on r.relnamespace = s.oid and r.relname = t.table_name and r.relkind in ('r', 'p')
        join pg_attribute a on a.attrelid = r.oid and a.attname = t.actor_column and a.atttypid = 'uuid'::regtype) u
    join pg_class c on c.oid = u.table_oid
    join pg_namespace n on n.oid = c.relnamespace
    where exists (select from changelog.capture_setting s where s.users_table is not null)
    order by u.table_oid, u.name
$function$;
comment on function changelog.user_columns() is 'The columns that hold a user and are nulled when that user is gone';
