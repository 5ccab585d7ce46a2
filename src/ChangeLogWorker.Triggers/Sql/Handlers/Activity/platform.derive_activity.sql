-- platform.derive_activity(positions, activity, user_audit, actions): the handler activity. activity and user_audit are
-- LIKE patterns of event types, actions an object: event type to action. A row has its event's id, so each event yields
-- one row. Security definer, to read the users' ids, and so that a worker without write access cannot forge these
-- tables.
-- Writes platform.activity_logs and platform.user_audit_logs. Notifies nothing.
create or replace function platform.derive_activity(
    positions bigint[], activity text[], user_audit text[], actions jsonb)
    returns void
    language plpgsql
    security definer
    set search_path = pg_catalog, pg_temp
    set jit = off
as $function$
declare
    actors uuid[];
    known uuid[] := '{}';
begin
    if changelog.users_table() is not null then
        actors := array(
            select distinct logs.parse_uuid(lib_event.actor_of(e.headers))
            from lib_event.page_events(positions) e);
    end if;
    -- a user may be deleted between the check and the insert: a foreign key raises an error, and the retry finds the
    -- user gone; without one the sweep of link_cleanup does
    for attempt in 1 .. 5 loop
        begin
            if actors is not null and attempt < 5 then
                known := changelog.known_users(actors);
            else
                known := '{}';
            end if;
            with fact as materialized (
                select
                    e.*,
                    a.actor,
                    case when a.id = any (known) then a.id end as user_id,
                    e.headers ->> 'ip_address' as ip,
                    logs.parse_inet(e.headers ->> 'ip_address') as address,
                    e.headers ->> 'linked_table' as target,
                    e.headers ->> 'linked_id' as target_id,
                    logs.parse_uuid(e.headers ->> 'linked_id') as linked_id
                from lib_event.page_events(positions) e
                cross join lateral (
                    select lib_event.actor_of(e.headers), logs.parse_uuid(lib_event.actor_of(e.headers))) a (actor, id)
            ), active as (
                insert into platform.activity_logs (
                    id, user_id, event_type, event_details, linked_table, linked_id, ip_address, user_agent,
                    occurred_at, created_at)
                select
                    f.event__id,
                    f.user_id,
                    left(f.event_type, 50),
                    platform.merge_details(f.payload, jsonb_strip_nulls(jsonb_build_object(
                        'event__id', f.event__id,
                        'event_type', case when length(f.event_type) > 50 then f.event_type end,
                        'actor_id', case when f.user_id is null then f.actor end,
                        'ip_address', case when f.address is null then f.ip end,
                        'linked_table', case when length(f.target) > 100 then f.target end,
                        'linked_id', case when f.linked_id is null then f.target_id end))),
                    left(f.target, 100),
                    f.linked_id,
                    f.address,
                    f.headers ->> 'user_agent',
                    f.occurred_at,
                    f.created_at
                from fact f
                where f.event_type like any (activity)
                and f.event_type <> 'changelog.transaction.recorded'
                on conflict do nothing
            )
            insert into platform.user_audit_logs (id, user_id, action, metadata, created_at)
            select
                f.event__id,
                f.user_id,
                left(coalesce(actions ->> f.event_type, f.event_type), 100),
                platform.merge_details(f.payload, jsonb_strip_nulls(jsonb_build_object(
                    'ip', f.ip,
                    'event__id', f.event__id,
                    'event_type', f.event_type,
                    'request_id', coalesce(f.headers ->> 'request_id', f.source::text),
                    'actor_id', case when f.user_id is null then f.actor end,
                    'occurred_at', nullif(f.occurred_at, f.created_at)))),
                f.created_at at time zone 'UTC'
            from fact f
            where f.event_type like any (user_audit)
            on conflict do nothing;
            return;
        exception when foreign_key_violation then
            null;
        end;
    end loop;
end
$function$;
comment on function platform.derive_activity(bigint[], text[], text[], jsonb) is
    'Rows of activity_logs and user_audit_logs for the events of a page';
