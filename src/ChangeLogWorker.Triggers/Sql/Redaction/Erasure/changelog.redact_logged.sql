-- changelog.redact_logged(tables, names, what, after, until, is_last): removes raw values from the log of some tables
-- at positions beyond after, up to until; returns the positions of the changes and own audit entries that it rewrote.
-- what: see changelog.redacted_row. Then updates what is derived: a record's identity in details, links and dead
-- letters, links derived from the values, and timelines; the last stretch also covers timeline entries that hold a
-- value of another change, and returns how many entries it rewrote. The handlers are blocked meanwhile
-- (changelog.start_redaction).
-- Writes logs.change, logs.change_details, logs.change_links, changelog.dead_letter, changelog.timeline_key, timelines,
-- and what changelog.redact_events does. Notifies nothing.
create or replace function changelog.redact_logged(
    tables oid[], names text[], what jsonb, after bigint, until bigint, is_last boolean,
    out rewritten bigint[], out timeline_entries bigint)
    language plpgsql
    security definer
    set search_path = pg_catalog, pg_temp
    set jit = off
    -- by the span of positions; never scan a whole table
    set enable_seqscan = off
as $function$
declare
    key text[] := (select k.columns from changelog.key_columns(tables[1]) k);
    redacted_key text[];
    changed record;
    called text[];
    entries bigint[] := '{}';
begin
    perform changelog.start_redaction();
    select r.* into changed from changelog.redact_changes(tables, names, what, key, after, until) r;

    update logs.change_details d
    set record_id = logs.index_key(c.record_id)
    from logs.page_changes(changed.positions, changed.logged_from, changed.logged_until) c
    where d.position = c.position
    and d.logged_at = c.logged_at
    and d.position > redact_logged.after
    and d.position <= redact_logged.until
    and d.record_id <> logs.index_key(c.record_id);

    perform changelog.redact_links(
        tables, names, what, changed.positions, changed.logged_from, changed.logged_until, changed.renamed);

    update changelog.dead_letter d
    set record_id = c.record_id,
        error = '[redacted]'
    from logs.page_changes(changed.positions, changed.logged_from, changed.logged_until) c
    where d.kind = 'change'
    and d.position = c.position;

    redacted_key := array(
        select k.name
        from unnest(key) k (name)
        where k.name ~* (what ->> 'key')
        or what -> 'hashed' ? k.name
        or what -> 'masked' ? k.name);
    perform changelog.redact_timeline_keys(tables, what, key, redacted_key);

    -- a row whose identity is a foreign key has the same key
    if not what ? 'columns' or what -> 'columns' = to_jsonb(key) then
        called := names || array(
            select n.name
            from (
                select distinct unnest(array[
                    case when e.event_type = 'changelog.audit.recorded' then e.payload ->> 'resource' end,
                    case when not what ? 'key' then e.headers ->> 'linked_table' end]) as name
                from lib_event.event e
                where e.position > redact_logged.after
                and e.position <= redact_logged.until) n
            where changelog.entry_target(n.name) = any (tables));
        entries := changelog.redact_events(
            case
                when what ? 'columns' then jsonb_build_object('records', what -> 'values')
                else what || jsonb_build_object('resources', called)
            end || jsonb_build_object('linked', called),
            after,
            until);
    end if;

    what := what || jsonb_build_object('renamed', jsonb_build_object(
        'tables', tables, 'records', array(select jsonb_object_keys(changed.renamed))));
    timeline_entries := changelog.refresh_timelines(
        changed.positions, changed.logged_from, changed.logged_until, '{}', case when is_last then tables else '{}' end,
        what);
    rewritten := changed.positions || entries;
end
$function$;
comment on function changelog.redact_logged(oid[], text[], jsonb, bigint, bigint, boolean) is
    'Rewrites the log of a table, for changelog redact, which writes an event';
