-- changelog.timeline_entries(timeline, positions, logged_from, logged_until, events, stages): the entries that a page makes, whether
-- their root is still there or not. stages are the labels that a stage may have (null: any text); another one is kept in the
-- payload, as is an actor that is no user. The same whenever it is asked. Writes nothing, notifies nothing.
create or replace function changelog.timeline_entries(
    timeline_name text,
    positions bigint[],
    logged_from timestamptz,
    logged_until timestamptz,
    events bigint[],
    stages text[])
    returns table (
        id uuid,
        root_id text,
        actor uuid,
        event_type text,
        stage text,
        occurred_at timestamptz,
        created_at timestamptz,
        payload jsonb)
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
    set jit = off
    set enable_seqscan = off
as $function$
#variable_conflict use_column
begin
    return query
    with t as materialized (
        select t.*, i.number
        from changelog.timeline t
        cross join changelog.installation i
        where t.name = timeline_name
    ), arrived as materialized (
        select distinct s.position, s.record_id, s.table_id
        from changelog.timeline_steps(timeline_name, positions, logged_from, logged_until, events) s
        join changelog.timeline_table m on m.id = s.table_id
        where m.is_root
    ), happened as materialized (
        select h.*
        from changelog.timeline_happenings(
            timeline_name, positions, logged_from, logged_until, timeline_entries.events) h
    )
    select
        changelog.timeline_entry_id(t.number, t.name, h.position, a.record_id),
        a.record_id,
        case when h.actor_id ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then h.actor_id::uuid end,
        left(btrim(h.event_type), 255),
        case when s.stage = any (stages) or stages is null then s.stage end,
        h.occurred_at,
        h.created_at,
        h.payload || jsonb_build_object(
            'position', h.position, 'event_type', h.event_type, 'actor_id', h.actor_id, 'stage', s.stage)
    from t
    cross join arrived a
    join happened h on h.position = a.position
    cross join lateral (
        select coalesce(h.stage, (
            select k.keys ->> t.stage_column
            from changelog.timeline_key k
            where k.table_id = a.table_id
            and k.record_id = logs.index_key(a.record_id)
            and k.position <= a.position
            order by k.position desc
            limit 1)) as stage) s
    order by h.position;
end
$function$;
comment on function changelog.timeline_entries(text, bigint[], timestamptz, timestamptz, bigint[], text[]) is 'The entries that a page makes in a timeline';
