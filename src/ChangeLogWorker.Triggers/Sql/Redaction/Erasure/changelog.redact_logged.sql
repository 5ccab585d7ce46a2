-- changelog.redact_logged(tables, names, what, after, until, is_last): takes raw values out of what is logged of some
-- tables at positions beyond one and up to another; says the positions of the changes and own audit entries that it
-- rewrote. what: as changelog.redacted_row has it. Then also what is derived: a record's identity in details, links and
-- dead letters, the links that were made of the values, timelines; of these the last stretch those entries that hold a
-- value of another change's, and says how many entries it rewrote. The handlers stand still meanwhile
-- (changelog.start_redaction). Writes logs.change, logs.change_details, logs.change_links, changelog.dead_letter,
-- changelog.timeline_key, timelines, and what changelog.redact_events does. Notifies nothing.
create or replace function changelog.redact_logged(
    tables oid[],
    names text[],
    what jsonb,
    after bigint,
    until bigint,
    is_last boolean,
    out rewritten bigint[],
    out timeline_entries bigint)
    language plpgsql
    security definer
    set search_path = pg_catalog, pg_temp
    set jit = off
    -- the span of positions leads to all that is rewritten: never the whole of a table
    set enable_seqscan = off
as $function$
declare
    records text[] := case when what ? 'records' then array(select jsonb_array_elements_text(what -> 'records')) end;
    columns text[] := case when what ? 'columns' then array(select jsonb_array_elements_text(what -> 'columns')) end;
    keys text[] := array(select jsonb_array_elements_text(what -> 'values'));
    hidden text[] := array(
        select jsonb_array_elements_text(what -> 'hashed') union select jsonb_array_elements_text(what -> 'masked'));
    spared text[] := array(select jsonb_array_elements_text(what -> 'spared'));
    -- of linked_table and linked_id only the latter is in a link
    linked_ids text[] := case
        when what -> 'hashed' = '["linked_id"]' and cardinality(columns) > 1
            then array(select k.value::jsonb ->> 1 from unnest(keys) k (value))
        else keys
    end;
    hint text := changelog.text_hint(what ->> 'hint');
    key text[] := (select k.columns from changelog.key_columns(tables[1]) k);
    texts text[] := case
        when exists (select from pg_class c where c.oid = tables[1])
            then coalesce((select j.columns from changelog.json_columns(tables[1]) j), '{}')
    end;
    redacted_key text[];
    renamed_ids text[];
    called text[];
    kept_links text[];
    boundary bigint := changelog.boundary();
    positions bigint[];
    logged_from timestamptz;
    logged_until timestamptz;
    entries bigint[] := '{}';
begin
    perform changelog.start_redaction();
    redacted_key := array(
        select k.name from unnest(key) k (name) where k.name ~* (what ->> 'key') or k.name = any (hidden));
    kept_links := array(
        select k.via::text
        from logs.foreign_key k
        where k.table_oid = any (tables)
        and records is null
        and not exists (
            select
            from unnest(k.linked_columns) c (name)
            where c.name ~* (what ->> 'key')
            or c.name = any (hidden)));
    with found as materialized (
        select c.position, c.logged_at, c.op, c.record_id, c.record_data, c.previous_data
        from logs.change c
        where c.position > redact_logged.after
        and c.position <= redact_logged.until
        -- what came from another cluster has the table's oid of that cluster
        and case
            when c.position > boundary then c.table_oid = any (tables)
            else c.table_schema || '.' || c.table_name = any (names)
        end
        and c.op <> 'T'
        and case
            when records is not null then c.record_id = any (records)
            when columns is not null then
                (changelog.key_of(c.record_data, columns) = any (keys)
                 or changelog.key_of(c.record_data || c.previous_data, columns) = any (keys))
                and (c.record_id = any (spared)) is not true
            else c.record_data::text ~* hint or c.previous_data::text ~* hint
        end
    ), new as materialized (
        select
            f.*,
            case
                when not f.is_of_key then f.record_data
                else changelog.redacted_row(
                    f.record_data, what, key, coalesce(texts, array(select jsonb_object_keys(f.record_data))))
            end as new_data,
            case
                when not f.was_of_key then f.previous_data
                else changelog.redacted_row(
                    f.previous_data, what, key, coalesce(texts, array(select jsonb_object_keys(f.previous_data))))
            end as new_previous
        from (
            select
                f.*,
                columns is null or coalesce(changelog.key_of(f.record_data, columns) = any (keys), false) as is_of_key,
                columns is null
                    or coalesce(changelog.key_of(f.record_data || f.previous_data, columns) = any (keys), false)
                    as was_of_key
            from found f) f
    ), old as materialized (
        select
            n.*,
            case
                when n.record_id is null or n.record_id like 'hmac-sha256:%' then n.record_id
                when records is not null then
                    case when logs.is_anonymous(n.record_id) then n.record_id else logs.redaction_hash(n.record_id) end
                when h.names is null then n.record_id
                -- of a table that was dropped nobody knows the key
                when key is null then
                    case
                        when exists (
                            select
                            from unnest(h.names) c (name)
                            where n.record_data ->> c.name = n.record_id
                            or strpos(n.record_id, (n.record_data -> c.name)::text) > 0 and n.record_id like '[%') then
                            logs.redaction_hash(n.record_id)
                        else n.record_id
                    end
                when not h.names && key then n.record_id
                when cardinality(key) = 1 then logs.redaction_hash(n.record_id)
                else logs.hashed_key(
                    n.record_data, n.record_id, key::text,
                    array(select c.name from unnest(key) c (name) where c.name = any (h.names)))
            end as new_id
        from new n
        cross join lateral (
            select array_agg(c.name) as names
            from jsonb_object_keys(n.record_data) c (name)
            where n.record_data -> c.name is distinct from n.new_data -> c.name) h
    ), different as materialized (
        select *
        from old o
        where (o.record_id, o.record_data, o.previous_data) is distinct from (o.new_id, o.new_data, o.new_previous)
    ), changed as (
        update logs.change c
        set record_id = o.new_id,
            record_data = o.new_data,
            previous_data = o.new_previous
        from different o
        where c.position = o.position
        and c.logged_at = o.logged_at
        and c.position > redact_logged.after
        and c.position <= redact_logged.until
    ), detailed as (
        update logs.change_details d
        set record_id = logs.index_key(o.new_id)
        from different o
        where d.position = o.position
        and d.logged_at = o.logged_at
        and d.position > redact_logged.after
        and d.position <= redact_logged.until
        and o.record_id is distinct from o.new_id
    ), unlinked as (
        -- also by the name of a foreign key that is no more
        delete from logs.change_links l
        using different o
        where l.position = o.position
        and l.logged_at = o.logged_at
        and l.position > redact_logged.after
        and l.position <= redact_logged.until
        and l.via <> all (kept_links)
        and columns is null
        and (records is not null or not exists (
            select
            from (select o.new_data as data union all select o.new_previous) s
            cross join jsonb_each_text(s.data) v
            where logs.index_key(v.value) = l.linked_id))
    ), renamed as materialized (
        select distinct d.record_id, d.new_id
        from different d
        where d.record_id is distinct from d.new_id
    ), relinked as (
        update logs.change_links l
        set linked_id = logs.index_key(o.new_id),
            primary_id = null
        from renamed o
        where l.linked_table = any (names)
        and l.linked_id = logs.index_key(o.record_id)
    ), referring as (
        update logs.change_links l
        set linked_id = logs.redaction_hash(k.value),
            primary_id = null
        from different o
        cross join (select distinct l.id from unnest(linked_ids) l (id)) k (value)
        where columns is not null
        and l.position = o.position
        and l.logged_at = o.logged_at
        and l.position > redact_logged.after
        and l.position <= redact_logged.until
        and l.via <> all (kept_links)
        and l.linked_id = logs.index_key(k.value)
    ), letters as (
        update changelog.dead_letter d
        set record_id = o.new_id,
            error = '[redacted]'
        from different o
        where d.kind = 'change'
        and d.position = o.position
    )
    select coalesce(array_agg(d.position order by d.position), '{}'), min(d.logged_at), max(d.logged_at), array(
        select r.record_id from renamed r)
    into positions, logged_from, logged_until, renamed_ids
    from different d;

    perform changelog.redact_timeline_keys(tables, what, key, redacted_key);
    -- a row that is known by what it refers to is named by the same key
    if columns is null or columns = key then
        called := names || array(
            select r.name
            from (
                select e.payload ->> 'resource' as name
                from lib_event.event e
                where e.event_type = 'changelog.audit.recorded'
                and e.position > redact_logged.after
                and e.position <= redact_logged.until
                union
                select e.headers ->> 'linked_table'
                from lib_event.event e
                where not what ? 'key'
                and e.position > redact_logged.after
                and e.position <= redact_logged.until) r
            where changelog.entry_target(r.name) = any (tables));
        entries := changelog.redact_events(
            case
                when columns is not null then jsonb_build_object('records', keys)
                else what || jsonb_build_object('resources', called)
            end || jsonb_build_object('linked', called),
            after,
            until);
    end if;
    what := what || jsonb_build_object('renamed', jsonb_build_object('tables', tables, 'records', renamed_ids));
    timeline_entries := changelog.refresh_timelines(
        positions, logged_from, logged_until, '{}', case when is_last then tables else '{}' end, what);
    rewritten := positions || entries;
end
$function$;
comment on function changelog.redact_logged(oid[], text[], jsonb, bigint, bigint, boolean) is
    'Rewrites what is logged of a table, for changelog redact, which leaves an event of it';
