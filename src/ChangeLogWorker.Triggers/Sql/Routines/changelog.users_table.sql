-- changelog.users_table(): the table whose uuid id says who a user is: ChangeLog:Platform:UsersTable, by default auth.users,
-- else public.users; null where there is none with a unique uuid id, to which a foreign key could refer.
-- Writes nothing, notifies nothing.
create or replace function changelog.users_table()
    returns regclass
    language sql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
    select c.oid::regclass
    from changelog.capture_setting s
    cross join lateral unnest(
        case when s.users_table is null then array['auth.users', 'public.users'] else array[s.users_table] end)
        with ordinality w (name, place)
    join pg_class c
        on c.oid = to_regclass(format('%I.%I', split_part(w.name, '.', 1), substr(w.name, strpos(w.name, '.') + 1)))
    join pg_attribute a on a.attrelid = c.oid and a.attname = 'id' and a.atttypid = 'uuid'::regtype
    where c.relkind in ('r', 'p')
    and exists (
        select
        from pg_index i
        where i.indrelid = c.oid
        and i.indisunique
        and i.indimmediate
        and i.indnkeyatts = 1
        and i.indkey[0] = a.attnum
        and i.indpred is null)
    order by w.place
    limit 1
$function$;
comment on function changelog.users_table() is 'The table that user_id refers to; null: none, and user_id is always null';
