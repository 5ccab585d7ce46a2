-- changelog.timeline_entries(timeline, positions, logged_from, logged_until, events, found_at, root_ids, stages): the
-- entries that a page yields, whether or not their root still exists. found_at and root_ids: which position leads to
-- which root. stages: the labels a stage may have (null: any text); any other is kept in the payload, and so is an
-- actor who is no user. Deterministic. Writes nothing, notifies nothing.
create or replace function changelog.timeline_entries(
    timeline_name text,
    positions bigint[],
    logged_from timestamptz,
    logged_until timestamptz,
    events bigint[],
    found_at bigint[],
    root_ids text[],
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
    set plan_cache_mode = auto
as $function$
#variable_conflict use_column
begin
    -- as changelog.fill_timeline does
    perform set_config(
        'plan_cache_mode',
        case
            when cardinality(positions) + cardinality(timeline_entries.events) <= 100 then 'force_generic_plan'
            else 'force_custom_plan'
        end,
        true);
    return query
    with t as materialized (
        select t.*, i.number, m.id as root_table_id
        from changelog.timeline t
        join changelog.timeline_table m on m.timeline = t.name and m.is_root
        cross join changelog.installation i
        where t.name = timeline_name
    ), happened as materialized (
        select h.*
        from changelog.timeline_facts(
            timeline_name, positions, logged_from, logged_until, timeline_entries.events) h
    )
    select
        changelog.timeline_entry_id(t.number, t.name, h.position, a.root_id),
        a.root_id,
        logs.parse_uuid(h.actor_id),
        left(btrim(h.event_type), 255),
        case when s.stage = any (stages) or stages is null then s.stage end,
        h.occurred_at,
        h.created_at,
        case
            when s.stage is not distinct from h.stage then h.payload
            else h.payload || jsonb_build_object('stage', s.stage)
        end
    from t
    cross join unnest(found_at, root_ids) a (position, root_id)
    join happened h on h.position = a.position
    cross join lateral (
        select coalesce(h.stage, (
            select k.keys ->> t.stage_column
            from changelog.timeline_key k
            where k.table_id = t.root_table_id
            and k.record_id = logs.index_key(a.root_id)
            and k.position <= a.position
            order by k.position desc
            limit 1)) as stage) s
    order by h.position;
end
$function$;
comment on function changelog.timeline_entries(
    text, bigint[], timestamptz, timestamptz, bigint[], bigint[], text[], text[]) is
    'The entries that a page yields in a timeline';
