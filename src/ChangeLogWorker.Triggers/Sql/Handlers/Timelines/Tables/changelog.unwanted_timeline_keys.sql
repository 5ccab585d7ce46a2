-- changelog.unwanted_timeline_keys(): foreign keys that ChangeLog made on tables of timelines and that no setting asks
-- for any more; table_oid is null if somebody else dropped one. may_drop: the caller owns the table.
-- Writes nothing, notifies nothing.
create or replace function changelog.unwanted_timeline_keys()
    returns table (timeline text, name text, table_oid regclass, referred regclass, may_drop boolean)
    language sql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
    select t.name, k.name, f.conrelid::regclass, f.confrelid::regclass, coalesce(pg_has_role(c.relowner, 'usage'), true)
    from changelog.timeline t
    cross join unnest(t.keys_made) k (name)
    left join pg_namespace n on n.nspname = t.table_schema
    left join pg_class c on c.relnamespace = n.oid and c.relname = t.table_name
    left join pg_constraint f on f.conrelid = c.oid and f.conname = k.name and f.contype = 'f'
    where f.oid is null
    or not t.foreign_keys
    or not changelog.reads_as_itself(f.confrelid)
    or f.confrelid is distinct from changelog.users_table()::oid
        and f.conkey = array[(
            select a.attnum
            from pg_attribute a
            where a.attrelid = c.oid
            and a.attname = t.actor_column)]
    order by t.name, k.name
$function$;
comment on function changelog.unwanted_timeline_keys() is
    'Foreign keys that ChangeLog made on tables of timelines and no setting asks for';
