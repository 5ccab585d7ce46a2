-- changelog.redact_events(what, after, until): removes raw values from domain events at positions beyond after, up to
-- until, and from what is derived from them; returns their positions. what: {"key", "hint", "way"}: keys of payloads
-- and headers, and the partition key; {"actor"}: what a person did; with "resources", own entries in
-- platform.audit_logs about these tables, or {"records"} of them; {"records", "linked"}: headers that link to a record
-- of these tables. A partition key that is the actor or a record, or that a key names, is hashed: events that belonged
-- together still do. The handlers are blocked meanwhile (changelog.start_redaction).
-- Writes lib_event.event, platform.activity_logs, platform.user_audit_logs, changelog.dead_letter, timelines. Notifies
-- nothing.
create or replace function changelog.redact_events(what jsonb, after bigint, until bigint)
    returns bigint[]
    language plpgsql
    security definer
    set search_path = pg_catalog, pg_temp
    set jit = off
as $function$
declare
    hides_partition boolean := 'partition_key' ~* (what ->> 'key');
    positions bigint[];
begin
    perform changelog.start_redaction();
    with found as materialized (
        select e.*, m.is_meant, m.is_linked, m.is_partition
        from lib_event.event e
        cross join lateral (
            select
                coalesce(case
                    when what ? 'resources' then
                        e.event_type = 'changelog.audit.recorded'
                        and what -> 'resources' ? (e.payload ->> 'resource')
                        and (not what ? 'records' or what -> 'records' ? (e.payload ->> 'record_id'))
                    when what ? 'actor' then what ->> 'actor' in (
                        lib_event.actor_of(e.headers),
                        case when e.event_type = 'changelog.audit.recorded' then e.payload ->> 'actor_id' end)
                    when what ? 'key' then e.payload::text ~* (what ->> 'hint') or e.headers::text ~* (what ->> 'hint')
                end, false) as is_meant,
                coalesce(
                    what -> 'linked' ? (e.headers ->> 'linked_table')
                    and what -> 'records' ? (e.headers ->> 'linked_id')
                    and not logs.is_anonymous(e.headers ->> 'linked_id'),
                    false) as is_linked,
                coalesce(
                    case
                        when what ? 'records'
                            then what -> 'records' ? e.partition_key and not logs.is_anonymous(e.partition_key)
                        when what ? 'actor'
                            then what ->> 'actor' = e.partition_key and not logs.is_anonymous(e.partition_key)
                        when not what ? 'resources' then hides_partition and e.partition_key is not null
                    end,
                    false) as is_partition) m
        where e.position > redact_events.after
        and e.position <= redact_events.until
        and (m.is_meant or m.is_linked or m.is_partition)
    ), different as materialized (
        select f.*, n.payload as new_payload, n.headers as new_headers, n.partition_key as new_partition_key
        from found f
        cross join lateral (
            select
                case when f.is_meant then changelog.redacted_content(f.payload, what) else f.payload end as payload,
                case
                    when f.is_linked
                        then jsonb_set(f.headers, '{linked_id}', logs.redact_value(f.headers -> 'linked_id', 'hash'))
                    when not f.is_meant or what ? 'resources' then f.headers
                    when what ? 'actor' then changelog.erased_context(f.headers)
                    else logs.redact_keys(f.headers, changelog.content_rules(what))
                end as headers,
                case
                    when f.is_partition then logs.redact_value(to_jsonb(f.partition_key), 'hash') #>> '{}'
                    else f.partition_key
                end as partition_key) n
        where (f.payload, f.headers, f.partition_key) is distinct from (n.payload, n.headers, n.partition_key)
    ), changed as (
        update lib_event.event e
        set payload = d.new_payload,
            headers = d.new_headers,
            partition_key = d.new_partition_key
        from different d
        where e.position = d.position
    ), actives as (
        update platform.activity_logs a
        set event_details = case
                when d.is_meant then changelog.redacted_content(a.event_details, what)
                when d.is_linked and a.event_details -> 'linked_id' = d.headers -> 'linked_id' then
                    jsonb_set(a.event_details, '{linked_id}', d.new_headers -> 'linked_id')
                else a.event_details
            end,
            user_id = case when n.actor_stays then a.user_id end,
            ip_address = case when d.headers -> 'ip_address' = d.new_headers -> 'ip_address' then a.ip_address end,
            user_agent = d.new_headers ->> 'user_agent',
            linked_table = left(d.new_headers ->> 'linked_table', 100),
            linked_id = logs.parse_uuid(d.new_headers ->> 'linked_id')
        from different d
        cross join lateral (
            select lib_event.actor_of(d.headers) is not distinct from lib_event.actor_of(d.new_headers)) n (actor_stays)
        where a.id = d.event__id
    ), audited as (
        update platform.user_audit_logs a
        set metadata = case when d.is_meant then changelog.redacted_content(a.metadata, what) else a.metadata end,
            user_id = case when n.actor_stays then a.user_id end
        from different d
        cross join lateral (
            select lib_event.actor_of(d.headers) is not distinct from lib_event.actor_of(d.new_headers)) n (actor_stays)
        where a.id = d.event__id
    ), letters as (
        update changelog.dead_letter l
        set error = '[redacted]'
        from different d
        where l.kind = 'event'
        and l.position = d.position
    )
    select coalesce(array_agg(d.position order by d.position), '{}')
    into positions
    from different d;
    perform changelog.refresh_timelines('{}', null, null, positions, '{}', null);
    return positions;
end
$function$;
comment on function changelog.redact_events(jsonb, bigint, bigint) is
    'Rewrites domain events, for changelog redact, which writes an event';
