-- changelog.timeline_events(timeline, events): the domain events of a page that belong to a timeline, each with the key
-- of the root that its payload names: the first pattern of its type that finds one. Writes nothing, notifies nothing.
create or replace function changelog.timeline_events(timeline_name text, events bigint[])
    returns table ("position" bigint, root_id text)
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
    set jit = off
as $function$
#variable_conflict use_column
begin
    if cardinality(timeline_events.events) = 0 then
        return;
    end if;
    return query
    select distinct on (e.position) e.position, named.root_id
    from changelog.timeline t
    cross join jsonb_array_elements(t.events) with ordinality p (wanted, place)
    cross join lib_event.page_events(timeline_events.events) e
    cross join lateral (
        select changelog.canonical(e.payload #>> array(select jsonb_array_elements_text(p.wanted -> 'path')), (
            select format_type(a.atttypid, a.atttypmod)
            from pg_attribute a
            where a.attrelid = to_regclass(format('%I.%I', t.root_schema, t.root_table))
            and a.attname = t.root_key))) named (root_id)
    where t.name = timeline_name
    and e.event_type like p.wanted ->> 'like'
    and named.root_id is not null
    order by e.position, p.place;
end
$function$;
comment on function changelog.timeline_events(text, bigint[]) is
    'The domain events of a page that belong to a timeline, and their root''s key';
