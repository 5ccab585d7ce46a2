-- changelog.redact_contexts(what, after, until): removes raw values from the contexts of transactions with ids beyond
-- after, up to until, and from what is derived from them; returns the positions that it rewrote. what: {"key", "hint",
-- "way"}: keys, and the columns client_addr and application_name; {"actor"}: who a person was and from where, in
-- everything they did. The handlers are blocked meanwhile (changelog.start_redaction).
-- Writes logs.transaction, logs.change_details, timelines. Notifies nothing.
create or replace function changelog.redact_contexts(what jsonb, after xid8, until xid8)
    returns bigint[]
    language plpgsql
    security definer
    set search_path = pg_catalog, pg_temp
    set jit = off
    -- by the transactions' key; never scan a whole table
    set enable_seqscan = off
as $function$
declare
    rules jsonb := changelog.content_rules(what);
    hint text := changelog.text_hint(what ->> 'hint');
    hides_address boolean := what ? 'actor' or 'client_addr' ~* (what ->> 'key');
    hides_application boolean := 'application_name' ~* (what ->> 'key');
    rewritten bigint[];
    t changelog.timeline;
    ids uuid[];
begin
    perform changelog.start_redaction();
    with found as materialized (
        select x.*
        from logs.transaction x
        where x.xid > redact_contexts.after
        and x.xid <= redact_contexts.until
        and case
            when what ? 'actor' then what ->> 'actor' in (x.actor_id, x.context ->> 'actor_id')
            else x.context::text ~* hint or hides_address or hides_application
        end
    ), new as materialized (
        select
            f.*,
            case when hides_address then null else f.client_addr end as new_addr,
            case when hides_application then null else f.application_name end as new_application,
            case
                when what ? 'actor' then changelog.erased_context(f.context)
                -- a context that could not be parsed has no keys to search
                when f.context ->> 'invalid' ~* hint
                    then logs.redact_keys(f.context || '{"invalid": "[redacted]"}', rules)
                else logs.redact_keys(f.context, rules)
            end as new_context
        from found f
    ), different as materialized (
        select n.*, case
            when n.actor_id = n.context ->> 'actor_id' then n.new_context ->> 'actor_id'
            when what ? 'actor' and not logs.is_anonymous(n.actor_id) then logs.redaction_hash(n.actor_id)
            else n.actor_id
        end as new_actor
        from new n
        where (n.context, n.client_addr, n.application_name)
            is distinct from (n.new_context, n.new_addr, n.new_application)
    ), changed as (
        update logs.transaction x
        set context = d.new_context,
            actor_id = d.new_actor,
            client_addr = d.new_addr,
            application_name = d.new_application
        from different d
        where x.xid = d.xid
        and x.logged_at = d.logged_at
        and x.xid > redact_contexts.after
        and x.xid <= redact_contexts.until
    ), detailed as (
        update logs.change_details c
        set actor_id = logs.index_key(r.new_actor),
            -- null where it is yet to be added (logs.backfill_requests)
            request_id = case when c.request_id is not null then logs.index_key(r.new_request) end
        from (
            select distinct
                d.logged_at,
                d.actor_id,
                d.new_actor,
                d.context ->> 'request_id' as request,
                d.new_context ->> 'request_id' as new_request
            from different d) r
        where c.logged_at = r.logged_at
        and c.actor_id is not distinct from logs.index_key(r.actor_id)
        and coalesce(c.request_id = logs.index_key(r.request), c.request_id is null)
        and (r.actor_id, r.request) is distinct from (r.new_actor, r.new_request)
    )
    select
        coalesce(array_agg(d.position), '{}'),
        array_agg(d.event__id) filter (where d.actor_id is distinct from d.new_actor)
    into rewritten, ids
    from different d;

    for t in
        select l.*
        from changelog.timeline l
        where ids is not null
        and to_regclass(format('%I.%I', l.table_schema, l.table_name)) is not null
        order by l.name
    loop
        execute format(
            $write$
            update %1$I.%2$I e
            set payload = e.payload || jsonb_build_object('actor_id', x.actor_id),
                %3$I = case when logs.parse_uuid(x.actor_id) is not null then e.%3$I end
            from unnest($1) i (id)
            join logs.transaction x on x.event__id = i.id
            where e.payload ->> 'event__id' = i.id::text
            and e.payload ? 'table'
            $write$,
            t.table_schema, t.table_name, t.actor_column)
        using ids;
    end loop;
    return rewritten;
end
$function$;
comment on function changelog.redact_contexts(jsonb, xid8, xid8) is
    'Rewrites contexts, for changelog redact, which writes an event';
