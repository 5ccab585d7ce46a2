-- changelog.past_rows(root, moment, with_dropped): the records of a table of which the log says how they were at a
-- moment, row_data null: not there; any other record was as its table has it now. As logs.as_of decides: a record's
-- first change whose transaction began later, and all after it, are left out. Usually the changes since then suffice: a
-- record was what the first of them found. All of the table's log is read if rows without such a change cannot be
-- found in the table: it was truncated since then; or a column was added with a default, or dropped (with_dropped).
-- Writes nothing, notifies nothing.
create or replace function changelog.past_rows(root oid, moment timestamptz, with_dropped boolean)
    returns table (record_id text, row_data jsonb)
    language plpgsql
    stable
    rows 10000
    set search_path = pg_catalog, pg_temp
    set jit = off
    set plan_cache_mode = force_custom_plan
as $function$
#variable_conflict use_column
declare
    boundary constant bigint := changelog.boundary();
    names text[];
    oids oid[];
    key_columns text[] := (select k.columns from changelog.key_columns(root) k);
    truncated bigint;
    emptied bigint;
    is_partition boolean;
    read_from timestamptz := moment;
begin
    select array_agg(k.name), array_agg(k.oid)
    into names, oids
    from (
        select format('%I.%I', n.nspname, c.relname) as name, c.oid
        from pg_class c
        join pg_namespace n on n.oid = c.relnamespace
        where c.oid = root
        union
        -- the log of another cluster knows the table by its names
        select format('%I.%I', v.table_schema, v.table_name), o.table_oid
        from changelog.coverage v
        join changelog.coverage o on o.table_schema = v.table_schema and o.table_name = v.table_name
        where v.table_oid = root) k;

    with truncate as (
        select d.position, d.logged_at
        from logs.change_details d
        where d.table_oid = any (oids)
        and d.record_id is null
        and d.action = 'truncate'
        union all
        select u.position, u.logged_at
        from changelog.unhandled_changes('enrich') u
        where u.table_oid = any (oids)
        and u.op = 'T'
    ), truncate_of_table as materialized (
        select c.position, c.logged_at, c.record_data
        from truncate t
        join logs.change c on c.position = t.position and c.logged_at = t.logged_at
        where case
            when c.position > boundary then c.table_oid = root
            else format('%I.%I', c.table_schema, c.table_name) = any (names)
        end
    ), later as (
        select min(t.position) as position
        from truncate_of_table t
        where t.logged_at > moment
    )
    select l.position, e.position, e.record_data is not null
    into truncated, emptied, is_partition
    from later l
    left join lateral (
        select t.position, t.record_data
        from truncate_of_table t
        where l.position is null
        or t.position < l.position
        order by t.position desc
        limit 1) e on true;
    if truncated is not null or changelog.has_other_columns(root, oids, moment, with_dropped) then
        read_from := '-infinity';
    end if;

    return query
    with unhandled as materialized (
        select u.*
        from changelog.unhandled_changes('enrich') u
        where u.table_oid = any (oids)
        and u.logged_at > read_from
        and u.op <> 'T'
        union all
        select c.*
        from changelog.dead_letter l
        join logs.change c on c.position = l.position and c.logged_at = l.logged_at
        where l.handler = 'enrich'
        and l.kind = 'change'
        and c.table_oid = any (oids)
        and c.logged_at > read_from
        and c.op <> 'T'
        and not exists (
            select
            from logs.change_details d
            where d.position = c.position
            and d.logged_at = c.logged_at)
    ), handled as not materialized (
        select d.record_id, d.position, d.logged_at, d.changed_columns
        from logs.change_details d
        where d.table_oid = any (oids)
        and d.logged_at > read_from
        and d.action <> 'truncate'
        and case
            when d.position > boundary then d.table_oid = root
            else exists (
                select
                from logs.change c
                where c.position = d.position
                and c.logged_at = d.logged_at
                and format('%I.%I', c.table_schema, c.table_name) = any (names))
        end
    ), event (key, position, logged_at, is_left) as materialized (
        select h.record_id, h.position, h.logged_at, false
        from handled h
        union all
        -- a changed key ends a record whose key the change does not bear
        select
            logs.index_key(changelog.key_left(c.record_data, c.previous_data, key_columns)),
            c.position,
            c.logged_at,
            true
        from handled h
        join logs.change c on c.position = h.position and c.logged_at = h.logged_at
        where h.changed_columns && key_columns
        union all
        select logs.index_key(k.key), u.position, u.logged_at, k.is_left
        from unhandled u
        cross join lateral (
            select u.record_id, false
            union all
            select changelog.key_left(u.record_data, u.previous_data, key_columns), true
            where u.op = 'U') k (key, is_left)
        where case
            when u.position > boundary then u.table_oid = root
            else format('%I.%I', u.table_schema, u.table_name) = any (names)
        end
    ), later as (
        select e.key, least(min(e.position) filter (where e.logged_at > moment), truncated) as position
        from event e
        where e.key is not null
        group by e.key
    ), chosen as (
        select
            e.key,
            max(e.position) filter (where l.position is null or e.position < l.position) as before,
            min(e.position) filter (where e.position >= l.position) as after
        from event e
        join later l on l.key = e.key
        group by e.key
    ), found as (
        select
            e.is_left,
            e.position = h.before as is_before,
            h.after,
            c.*,
            case when c.op = 'U' then c.record_data || c.previous_data else c.record_data end as old_data
        from chosen h
        join event e on e.key = h.key and e.position = coalesce(h.before, h.after)
        join logs.change c on c.position = e.position and c.logged_at = e.logged_at
    )
    select
        case when f.is_left then changelog.key_left(f.record_data, f.previous_data, key_columns) else f.record_id end,
        case
            when f.is_before then case
                when not (f.is_left or f.op = 'D' or f.is_emptied) then f.record_data
            end
            when f.is_left or not (f.op = 'I' or f.op = 'U' and f.previous_data ?| key_columns) then f.old_data
        end
    from (
        select
            o.*,
            coalesce(
                o.is_before
                and emptied > o.position
                and (o.after is null or emptied < o.after)
                and (
                    not is_partition
                    or o.after is null
                    or (select c.op from logs.change c where c.position = o.after) = 'I'),
                false) as is_emptied
        from found o) f
    -- only whether it is there shows which partition held it
    where not (f.is_emptied and is_partition and f.after is null and f.op <> 'D' and not f.is_left);
end
$function$;
comment on function changelog.past_rows(oid, timestamptz, boolean) is
    'How the records were that changed since a moment; row_data null: not there';
