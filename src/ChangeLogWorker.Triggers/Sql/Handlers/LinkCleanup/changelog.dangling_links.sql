-- changelog.dangling_links(rows_at, names, ids): of these rows with links, those whose target is gone. A name that
-- matches no table, or several, says nothing about its target. Writes nothing, notifies nothing.
create or replace function changelog.dangling_links(rows_at tid[], names text[], ids text[])
    returns tid[]
    language plpgsql
    volatile -- each look sees what has been committed by then
    set search_path = pg_catalog, pg_temp
as $function$
declare
    named record;
    gone tid[] := '{}';
begin
    for named in
        select l.name, changelog.link_target(l.name) as target, array_agg(distinct l.id) as ids
        from unnest(names, ids) l (name, id)
        group by l.name
        order by l.name
    loop
        if named.target is not null then
            gone := gone || array(
                select l.row_at
                from unnest(rows_at, names, dangling_links.ids) l (row_at, name, id)
                join unnest(changelog.absent_targets(named.target, named.ids)) a (id) on a.id = l.id
                where l.name = named.name);
        end if;
    end loop;
    return gone;
end
$function$;
comment on function changelog.dangling_links(tid[], text[], text[]) is
    'The rows whose link is dangling';
