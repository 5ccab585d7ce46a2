-- changelog.fetch_timeline_keys(table_id, record_ids): the keys of rows of which the handler has seen no change, most
-- of them older than the log: as before their first change in the log, otherwise the current ones. A row last written
-- before the log's first transaction has not changed, so the log need not be read. A superuser reads an untrusted
-- owner's table with that owner's rights, like changelog.current_row.
-- Writes changelog.timeline_key, a row for each even if nothing is known. Notifies nothing.
create or replace function changelog.fetch_timeline_keys(id bigint, record_ids text[])
    returns void
    language plpgsql
    set search_path = pg_catalog, pg_temp
    set jit = off
as $function$
declare
    m changelog.timeline_table;
    condition text;
    keys record;
    known text[] := record_ids;
    source text;
    current_rows jsonb := '{}';
    before_log text[] := '{}';
    now_at bigint := pg_snapshot_xmax(pg_current_snapshot())::text::bigint;
    first_logged bigint;
begin
    select * into strict m from changelog.timeline_table t where t.id = fetch_timeline_keys.id;
    if changelog.reads_as_itself(m.table_oid) then
        condition := changelog.key_condition(m.table_oid, 'i.id');
    else
        keys := changelog.lookup_condition(m.table_oid);
        condition := keys.same;
        if condition is not null then
            known := changelog.key_ids(record_ids, keys.castable, keys.known);
        end if;
    end if;
    if condition is not null then
        -- ids from another cluster cannot be compared
        if (select count(*) from changelog.cluster) = 1 then
            -- min(xid8) came with PostgreSQL 15
            first_logged := coalesce(
                (select t.xid::text::bigint from logs.transaction t order by t.xid limit 1), now_at);
        end if;
        begin
            source := format(
                'select i.id, r.xmin::text::bigint as xmin_id, r from unnest($1) i (id) join %s r on %s',
                m.table_oid::regclass, condition);
            if keys is not null then
                source := format('select s.* from %s($1) s', changelog.lend_to_owner(
                    m.table_oid, 'text[]',
                    format('table (id text, xmin_id bigint, r %s)', m.table_oid::regclass), source));
            end if;
            execute format(
                $read$
                select
                    coalesce(jsonb_object_agg(l.id, l.keys), '{}'),
                    coalesce(array_agg(l.id) filter (where l.written < $3), '{}')
                from (
                    select s.id,
                           changelog.pick(changelog.redact_current(logs.capture_current(s.r, $6), $5), $2) as keys,
                           -- xmin lacks its epoch: assume the latest possible
                           ($4 & -4294967296) + s.xmin_id
                               - case when s.xmin_id > $4 & 4294967295 then 4294967296 else 0 end as written
                    from (%s) s) l
                $read$, source)
            into current_rows, before_log
            using known, m.tracked, first_logged, now_at, changelog.redaction_of(m.table_oid), m.table_oid;
            -- always: the code that ran here leaves nothing behind
            raise exception using errcode = 'CLOG1';
        exception when sqlstate 'CLOG1' then
            null;
        end;
    end if;

    insert into changelog.timeline_key (table_id, record_id, position, keys)
    select m.id, logs.index_key(i.id), 0, case
        when c.record_id is not null then changelog.pick(c.record_data || coalesce(c.previous_data, '{}'), m.tracked)
        else coalesce(current_rows -> i.id, '{}')
    end
    from unnest(record_ids) i (id)
    left join changelog.first_changes(m.table_oid, array(
        select l.id
        from unnest(record_ids) l (id)
        where l.id <> all (before_log))) c on c.record_id = i.id
    on conflict do nothing;
end
$function$;
comment on function changelog.fetch_timeline_keys(bigint, text[]) is
    'Stores where rows led of which a timeline''s handler has seen no change';
