-- changelog.track_timeline(timeline, positions, logged_from, logged_until): stores where rows on the way to the root
-- lead from each change on, and for a row not seen before, where it led before its first change. Each record's changes
-- come in the order they were made, so the first one tells. If a root's row no longer has the stage's column, its stage
-- is unknown ({}) until a change has the column again. Writes changelog.timeline_key. Notifies nothing.
create or replace function changelog.track_timeline(
    timeline_name text, positions bigint[], logged_from timestamptz, logged_until timestamptz)
    returns void
    language plpgsql
    set search_path = pg_catalog, pg_temp
    set jit = off
    set enable_seqscan = off
as $function$
#variable_conflict use_column
begin
    with page as materialized (
        select
            c.*,
            logs.index_key(c.record_id) as key,
            c.is_root and not c.record_data ?& c.tracked as is_lacking,
            c.is_root and lag(not c.record_data ?& c.tracked) over (
                partition by c.table_id, logs.index_key(c.record_id) order by c.position) as was_lacking
        from changelog.timeline_changes(timeline_name, positions, logged_from, logged_until) c
        where cardinality(c.tracked) > 0
        and c.record_id is not null
    ), first_seen as (
        select distinct on (p.table_id, p.key) p.*
        from page p
        order by p.table_id, p.key, p.position
    ), found as (
        select
            p.table_id, p.key, p.position, case
                when p.is_lacking then '{}'
                else changelog.pick(p.record_data, p.tracked)
            end as keys
        from page p
        where p.op in ('I', 'S')
        or p.op = 'U' and p.previous_data ?| p.tracked
        or p.is_lacking
        or p.is_root and p.op = 'U' and coalesce(p.was_lacking, (
            select not k.keys ?& p.tracked
            from changelog.timeline_key k
            where k.table_id = p.table_id
            and k.record_id = p.key
            and k.position < p.position
            order by k.position desc
            limit 1))
        union all
        select f.table_id, f.key, 0, case
            when f.is_lacking then '{}'
            else changelog.pick(f.record_data || coalesce(f.previous_data, '{}'), f.tracked)
        end
        from first_seen f
        where f.op in ('U', 'D')
        and not exists (
            select
            from changelog.timeline_key k
            where k.table_id = f.table_id
            and k.record_id = f.key
            and k.position < f.position)
    )
    insert into changelog.timeline_key as k (table_id, record_id, position, keys)
    select f.table_id, f.key, f.position, f.keys
    from found f
    on conflict (table_id, record_id, position) do update
    set keys = k.keys || coalesce((
        -- the log no longer says where an erased row led
        select jsonb_object_agg(x.key, x.value)
        from jsonb_each(excluded.keys) x
        where x.value <> '"[redacted]"'
        or not k.keys ? x.key), '{}')
    where k.keys <> k.keys || excluded.keys;
end
$function$;
comment on function changelog.track_timeline(text, bigint[], timestamptz, timestamptz) is
    'Stores where the rows on the way to a timeline''s root lead, from each change of a page on';
