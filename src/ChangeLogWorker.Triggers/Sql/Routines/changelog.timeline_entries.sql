-- changelog.timeline_entries(timeline, positions, logged_from, logged_until, events, found_at, root_ids, stages): the entries that a
-- page makes, whether their root is still there or not. found_at and root_ids: which position leads to which root. stages are the labels that a stage may have (null: any text); another one is kept in the
-- payload, as is an actor that is no user. The same whenever it is asked. Writes nothing, notifies nothing.
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
        case when cardinality(positions) + cardinality(timeline_entries.events) <= 100 then 'force_generic_plan' else 'force_custom_plan' end,
        true);
    return query
    with t as materialized (
        select t.*, i.number, m.id as root_table_id
        from changelog.timeline t
        join changelog.timeline_table m on m.timeline = t.name and m.is_root
        cross join changelog.installation i
        where t.name = timeline_name
    ), page as materialized (
        select c.*
        from changelog.timeline_changes(timeline_name, positions, logged_from, logged_until) c
        where c.belongs
    ), resource as materialized (
        -- once for each table, for a name costs as much as all the rest of an entry
        select n.table_schema, n.table_name, concat_ws('.', coalesce(t.service, n.table_schema), changelog.singular(n.table_name)) as name
        from t
        cross join (select distinct p.table_schema, p.table_name from page p) n
    ), happened as materialized (
        select
            c.position,
            r.name || '.' || case when a.action = 'snapshot' then 'snapshotted' else a.action || 'd' end as event_type,
            x.actor_id,
            c.record_data ->> t.stage_column as stage,
            c.logged_at as occurred_at,
            c.logged_at as created_at,
            c.table_schema || '.' || c.table_name as "table",
            c.record_id,
            a.action,
            case when c.op <> 'D' then c.record_data end as new_values,
            case when c.op = 'D' then c.record_data else c.previous_data end as previous_values,
            x.event__id,
            null::jsonb as headers,
            null::jsonb as event_payload
        from t
        cross join page c
        join resource r on r.table_schema = c.table_schema and r.table_name = c.table_name
        left join lateral (
            select x.actor_id, x.event__id
            from logs.transaction x
            where x.xid = c.xid
            and x.logged_at = c.logged_at) x on true
        cross join lateral (
            select case
                when c.op = 'I' then 'create'
                when c.op = 'D' then 'delete'
                when c.op = 'S' then 'snapshot'
                when not c.previous_data ? 'deleted_at' then 'update'
                when c.previous_data ->> 'deleted_at' is null then 'soft_delete'
                when c.record_data ->> 'deleted_at' is null then 'restore'
                else 'update'
            end as action) a
        union all
        select
            e.position,
            e.event_type,
            coalesce(e.headers ->> 'actor_id', e.headers ->> 'actor'),
            e.payload ->> coalesce(t.stage_column, 'stage'),
            e.occurred_at,
            e.created_at,
            null, null, null, null, null,
            e.event__id,
            e.headers,
            e.payload
        from t
        cross join lib_event.page_events(timeline_entries.events) e
    )
    select
        changelog.timeline_entry_id(t.number, t.name, h.position, a.root_id),
        a.root_id,
        logs.parse_uuid(h.actor_id),
        left(btrim(h.event_type), 255),
        case when s.stage = any (stages) or stages is null then s.stage end,
        h.occurred_at,
        h.created_at,
        -- in one go: a row put together of two is copied twice more
        case
            when h.action is not null then jsonb_build_object(
                'table', h."table", 'record_id', h.record_id, 'action', h.action, 'new_values', h.new_values,
                'previous_values', h.previous_values, 'event__id', h.event__id,
                'position', h.position, 'event_type', h.event_type, 'actor_id', h.actor_id, 'stage', s.stage)
            else jsonb_build_object(
                'event__id', h.event__id, 'headers', h.headers, 'payload', h.event_payload,
                'position', h.position, 'event_type', h.event_type, 'actor_id', h.actor_id, 'stage', s.stage)
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
comment on function changelog.timeline_entries(text, bigint[], timestamptz, timestamptz, bigint[], bigint[], text[], text[]) is 'The entries that a page makes in a timeline';
