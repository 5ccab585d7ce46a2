-- changelog.each_user(holder, name, is_behind): the statement that finds the users of a column in order, each once, by
-- an index on it: parameters are the one to begin behind (is_behind), and how many. Writes nothing, notifies nothing.
create or replace function changelog.each_user(holder oid, name text, is_behind boolean)
    returns text
    language sql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
    select format(
        $find$
        with recursive step (id) as (
            select (select r.%1$I from %2$s r where %3$s order by r.%1$I limit 1)
            union all
            select (select r.%1$I from %2$s r where r.%1$I > s.id order by r.%1$I limit 1)
            from step s
            where s.id is not null
        )
        select array(select s.id from step s where s.id is not null limit $2)
        $find$,
        name,
        holder::regclass,
        case when is_behind then format('r.%I > $1', name) else format('r.%I is not null and $1 is null', name) end)
$function$;
comment on function changelog.each_user(oid, text, boolean) is
    'The statement that finds the users of a column, each once';
