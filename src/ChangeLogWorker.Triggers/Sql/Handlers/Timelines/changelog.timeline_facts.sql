-- changelog.timeline_facts(timeline, positions, logged_from, logged_until, events): the content of an entry for each
-- change and domain event of a page, whichever root it belongs to. stage is the changed row's, in the payload too.
-- Writes nothing, notifies nothing.
create or replace function changelog.timeline_facts(
    timeline_name text, positions bigint[], logged_from timestamptz, logged_until timestamptz, events bigint[])
    returns table (
        "position" bigint,
        event_type text,
        actor_id text,
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
        select t.*
        from changelog.timeline t
        where t.name = timeline_name
    ), page as materialized (
        select c.*
        from changelog.timeline_changes(timeline_name, positions, logged_from, logged_until) c
        where c.belongs
    ), resource as materialized (
        -- once per table: a name costs as much as the rest of an entry
        select
            n.table_schema,
            n.table_name,
            concat_ws('.', coalesce(t.service, n.table_schema), changelog.singular(n.table_name)) as name
        from t
        cross join (select distinct p.table_schema, p.table_name from page p) n
    )
    select
        c.position,
        a.event_type,
        x.actor_id,
        s.stage,
        c.logged_at,
        c.logged_at,
        -- in one call: merging two objects would copy each twice more
        jsonb_build_object(
            'table', c.table_schema || '.' || c.table_name,
            'record_id', c.record_id,
            'action', k.action,
            'new_values', case when c.op <> 'D' then c.record_data end,
            'previous_values', case when c.op = 'D' then c.record_data else c.previous_data end,
            'event__id', x.event__id,
            'position', c.position,
            'event_type', a.event_type,
            'actor_id', x.actor_id,
            'stage', s.stage)
    from t
    cross join page c
    join resource r on r.table_schema = c.table_schema and r.table_name = c.table_name
    left join lateral (
        select x.actor_id, x.event__id
        from logs.transaction x
        where x.xid = c.xid
        and x.logged_at = c.logged_at) x on true
    cross join lateral (
        select logs.change_action(c.op, c.record_data, c.previous_data) as action) k
    cross join lateral (
        select
            r.name || '.' || case when k.action = 'snapshot' then 'snapshotted' else k.action || 'd' end as event_type
    ) a
    cross join lateral (select c.record_data ->> t.stage_column as stage) s
    union all
    select
        e.position,
        e.event_type,
        a.actor_id,
        s.stage,
        e.occurred_at,
        e.created_at,
        jsonb_build_object(
            'event__id', e.event__id,
            'headers', e.headers,
            'payload', e.payload,
            'position', e.position,
            'event_type', e.event_type,
            'actor_id', a.actor_id,
            'stage', s.stage)
    from t
    cross join lib_event.page_events(timeline_facts.events) e
    cross join lateral (select lib_event.actor_of(e.headers) as actor_id) a
    cross join lateral (select e.payload ->> coalesce(t.stage_column, 'stage') as stage) s;
end
$function$;
comment on function changelog.timeline_facts(text, bigint[], timestamptz, timestamptz, bigint[]) is
    'The content of a timeline''s entries for the changes and events of a page';
