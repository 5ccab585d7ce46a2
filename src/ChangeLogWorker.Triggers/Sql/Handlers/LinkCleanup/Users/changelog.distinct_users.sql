-- changelog.distinct_users(holder, name, is_behind): a statement that lists a column's distinct users in order, by an
-- index skip scan. Its parameters: the user to start after (if is_behind) and the limit.
-- Writes nothing, notifies nothing.
create or replace function changelog.distinct_users(holder oid, name text, is_behind boolean)
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
comment on function changelog.distinct_users(oid, text, boolean) is
    'A statement that lists the distinct users of a column';
