-- changelog.users_table(): the table of the application's users, to whom an actor's uuid may refer: auth.users, else
-- public.users, where its id is a unique uuid; null where there is none. Writes nothing, notifies nothing.
create or replace function changelog.users_table()
    returns regclass
    language sql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
    select c.oid::regclass
    from (values (1, to_regclass('auth.users')), (2, to_regclass('public.users'))) u (place, oid)
    join pg_class c on c.oid = u.oid and c.relkind in ('r', 'p')
    join pg_attribute a on a.attrelid = c.oid and a.attname = 'id' and a.atttypid = 'uuid'::regtype
    where exists (
        select
        from pg_index i
        where i.indrelid = c.oid
        and i.indisunique
        and i.indisvalid
        and i.indpred is null
        and i.indnkeyatts = 1
        and i.indkey[0] = a.attnum)
    order by u.place
    limit 1
$function$;
comment on function changelog.users_table() is 'The table of users that an actor''s uuid may refer to; null: none';
