-- changelog.fetch_timeline_keys(table_id, record_ids): where rows led that the handler has seen no change of, most of them older
-- than the log: as their first change in the log has them before it, else as they stand now. A row that the server last
-- wrote before the log's first transaction stands as it stood: then the log need not be asked.
-- Writes changelog.timeline_key, a row for each even where nothing is known. Notifies nothing.
create or replace function changelog.fetch_timeline_keys(id bigint, record_ids text[])
    returns void
    language plpgsql
    set search_path = pg_catalog, pg_temp
    set jit = off
as $function$
declare
    m changelog.timeline_table;
    condition text;
    living jsonb := '{}';
    before_log text[] := '{}';
    now_at bigint := pg_snapshot_xmax(pg_current_snapshot())::text::bigint;
    first_logged bigint;
begin
    select * into strict m from changelog.timeline_table t where t.id = fetch_timeline_keys.id;
    condition := changelog.key_condition(m.table_oid, 'i.id');
    if condition is not null then
        -- ids of another cluster say nothing here
        if (select count(*) from changelog.cluster) = 1 then
            -- min(xid8) came with PostgreSQL 15
            first_logged := coalesce((select t.xid::text::bigint from logs.transaction t order by t.xid limit 1), now_at);
        end if;
        execute format(
            $read$
            select coalesce(jsonb_object_agg(l.id, l.keys), '{}'), coalesce(array_agg(l.id) filter (where l.written < $3), '{}')
            from (
                select i.id, changelog.pick(changelog.redact_living(logs.capture_living(r, $6), $5), $2) as keys,
                       -- xmin is an id without its epoch: the latest that it can be
                       ($4 & -4294967296) + w.id - case when w.id > $4 & 4294967295 then 4294967296 else 0 end as written
                from unnest($1) i (id)
                join %s r on %s
                cross join lateral (select r.xmin::text::bigint) w (id)) l
            $read$, m.table_oid::regclass, condition)
        into living, before_log
        using record_ids, m.tracked, first_logged, now_at, changelog.redaction_of(m.table_oid), m.table_oid;
    end if;

    insert into changelog.timeline_key (table_id, record_id, position, keys)
    select m.id, logs.index_key(i.id), 0, case
        when c.record_id is not null then changelog.pick(c.record_data || coalesce(c.previous_data, '{}'), m.tracked)
        else coalesce(living -> i.id, '{}')
    end
    from unnest(record_ids) i (id)
    left join changelog.first_changes(m.table_oid, array(
        select l.id
        from unnest(record_ids) l (id)
        where l.id <> all (before_log))) c on c.record_id = i.id
    on conflict do nothing;
end
$function$;
comment on function changelog.fetch_timeline_keys(bigint, text[]) is 'Notes where rows led that a timeline''s handler has seen no change of';
