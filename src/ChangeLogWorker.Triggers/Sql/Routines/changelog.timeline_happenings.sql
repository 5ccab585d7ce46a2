-- changelog.timeline_happenings(timeline, positions, logged_from, logged_until, events): what an entry says of each change and domain
-- event of a page, whichever root it belongs to. stage is the changed row's own. Without a set clause, so that it is inlined.
-- Writes nothing, notifies nothing.
create or replace function changelog.timeline_happenings(
    timeline_name text, positions bigint[], logged_from timestamptz, logged_until timestamptz, events bigint[])
    returns table (
        "position" bigint,
        event_type text,
        actor_id text,
        stage text,
        occurred_at timestamptz,
        created_at timestamptz,
        payload jsonb)
    language sql
    stable
as $function$
    select
        c.position,
        pg_catalog.concat_ws('.', coalesce(t.service, c.table_schema), changelog.singular(c.table_name),
            case
                when a.action operator(pg_catalog.=) 'snapshot' then 'snapshotted'
                else a.action operator(pg_catalog.||) 'd'
            end),
        x.actor_id,
        c.record_data operator(pg_catalog.->>) t.stage_column,
        c.logged_at,
        c.logged_at,
        pg_catalog.jsonb_build_object(
            'table', c.table_schema operator(pg_catalog.||) '.' operator(pg_catalog.||) c.table_name,
            'record_id', c.record_id,
            'action', a.action,
            'new_values', case when c.op operator(pg_catalog.<>) 'D' then c.record_data end,
            'previous_values', case when c.op operator(pg_catalog.=) 'D' then c.record_data else c.previous_data end,
            'event__id', x.event__id)
    from changelog.timeline t
    cross join changelog.timeline_changes(timeline_name, positions, logged_from, logged_until) c
    left join lateral (
        select x.actor_id, x.event__id
        from logs.transaction x
        where x.xid operator(pg_catalog.=) c.xid
        and x.logged_at operator(pg_catalog.=) c.logged_at) x on true
    cross join lateral (
        select case
            when c.op operator(pg_catalog.=) 'I' then 'create'
            when c.op operator(pg_catalog.=) 'D' then 'delete'
            when c.op operator(pg_catalog.=) 'S' then 'snapshot'
            when not c.previous_data operator(pg_catalog.?) 'deleted_at' then 'update'
            when c.previous_data operator(pg_catalog.->>) 'deleted_at' is null then 'soft_delete'
            when c.record_data operator(pg_catalog.->>) 'deleted_at' is null then 'restore'
            else 'update'
        end as action) a
    where t.name operator(pg_catalog.=) timeline_name
    and c.belongs
    union all
    select
        e.position,
        e.event_type,
        coalesce(e.headers operator(pg_catalog.->>) 'actor_id', e.headers operator(pg_catalog.->>) 'actor'),
        e.payload operator(pg_catalog.->>) coalesce(t.stage_column, 'stage'),
        e.occurred_at,
        e.created_at,
        pg_catalog.jsonb_build_object('event__id', e.event__id, 'headers', e.headers, 'payload', e.payload)
    from changelog.timeline t
    cross join lib_event.page_events(timeline_happenings.events) e
    where t.name operator(pg_catalog.=) timeline_name
$function$;
comment on function changelog.timeline_happenings(text, bigint[], timestamptz, timestamptz, bigint[]) is 'What entries of a timeline say of the changes and events of a page';
