-- changelog.timeline_steps(timeline, positions, logged_from, logged_until, events): every record that a page's changes
-- and events lead to: through their foreign keys before and after the change, and on through those of the rows on the
-- way as they were then; the root last. Writes nothing, notifies nothing.
create or replace function changelog.timeline_steps(
    timeline_name text, positions bigint[], logged_from timestamptz, logged_until timestamptz, events bigint[])
    returns table ("position" bigint, table_id bigint, record_id text)
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
    set jit = off
    set enable_seqscan = off
as $function$
#variable_conflict use_column
begin
    return query
    with recursive page as materialized (
        select c.*
        from changelog.timeline_changes(timeline_name, positions, logged_from, logged_until) c
        where c.belongs
    ), step (position, table_id, record_id) as (
        (
            select p.position, p.table_id, own.key
            from page p
            join changelog.timeline t on t.name = timeline_name
            cross join lateral (
                values (p.record_data ->> t.root_key), (p.previous_data ->> t.root_key)) own (key)
            where p.is_root
            and own.key is not null
            union
            select p.position, e.parent, link.key
            from page p
            join changelog.timeline_edge e on e.child = p.table_id
            cross join lateral (values
                (changelog.key_of(p.record_data, e.columns)),
                (changelog.key_of(p.record_data || p.previous_data, e.columns))) link (key)
            where link.key is not null
            union
            select n.position, m.id, n.root_id
            from changelog.timeline_events(timeline_name, events) n
            join changelog.timeline_table m on m.timeline = timeline_name and m.is_root
        )
        union
        select s.position, e.parent, link.key
        from step s
        join changelog.timeline_edge e on e.child = s.table_id
        cross join lateral (
            select k.keys
            from changelog.timeline_key k
            where k.table_id = s.table_id
            and k.record_id = logs.index_key(s.record_id)
            and k.position <= s.position
            order by k.position desc
            limit 1) k
        cross join lateral (values (changelog.key_of(k.keys, e.columns))) link (key)
        where link.key is not null
    )
    select s.position, s.table_id, s.record_id
    from step s;
end
$function$;
comment on function changelog.timeline_steps(text, bigint[], timestamptz, timestamptz, bigint[]) is
    'Every record that a change or event of a page leads to on the way to a timeline''s root';
