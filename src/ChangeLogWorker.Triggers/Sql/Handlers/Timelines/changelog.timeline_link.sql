-- changelog.timeline_link(timeline): what a timeline's table refers to, its root and the users table if there is one,
-- with the foreign key, null if there is none. Writes nothing, notifies nothing.
create or replace function changelog.timeline_link(timeline_name text)
    returns table (table_oid regclass, own text, referred regclass, key text, constraint_name name, is_valid boolean)
    language sql
    stable
    set search_path = pg_catalog, pg_temp
    set jit = off
as $function$
    select k.target, w.own, w.referred, w.key, f.conname, f.convalidated
    from changelog.timeline t
    cross join lateral (select to_regclass(format('%I.%I', t.table_schema, t.table_name)) as target) k
    cross join lateral (values
        (t.root_column, changelog.timeline_root(t.name), t.root_key),
        (t.actor_column, changelog.users_table(), 'id')
    ) w (own, referred, key)
    left join pg_constraint f
        on f.contype = 'f'
        and f.conrelid = k.target
        and f.confrelid = w.referred
        and f.conkey = array[(select a.attnum from pg_attribute a where a.attrelid = k.target and a.attname = w.own)]
    where t.name = timeline_name
    and w.referred is not null
    order by w.own = t.actor_column, f.convalidated desc
$function$;
comment on function changelog.timeline_link(text) is 'What a timeline''s table refers to, and by which constraint';
