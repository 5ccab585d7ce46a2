-- changelog.record_as_of(root, schema, name, record, moment): what logs.as_of returns. root is null for a dropped
-- table. Reads the index of the handler enrich, and what enrich has not handled yet. Whether a truncated partition held
-- the record shows only in what happened to the record later. If the record is gone and no change of it says so, its
-- key was changed: found by scanning all later updates of the table.
-- Writes nothing, notifies nothing.
create or replace function changelog.record_as_of(
    root oid, schema_name text, name text, record text, moment timestamptz)
    returns jsonb
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
    set jit = off
as $function$
declare
    own oid[] := array_remove(array[root], null) || array(
        select distinct v.table_oid
        from changelog.coverage v
        where v.table_schema = schema_name
        and v.table_name = name
        and not exists (select from pg_class c where c.oid = v.table_oid));
    oids oid[] := own || array(
        select v.table_oid
        from changelog.coverage v
        where v.table_schema = schema_name
        and v.table_name = name);
    names text[] := array[format('%I.%I', schema_name, name)] || array(
        select distinct format('%I.%I', v.table_schema, v.table_name)
        from changelog.coverage v
        where v.table_oid = root);
    formats text[] := changelog.key_formats(root, record);
    index_keys text[] := array(select logs.index_key(f) from unnest(formats) f);
    version logs.change[];
    later_position bigint;
    before logs.change;
    after logs.change;
    emptied logs.change;
    key_columns text[] := (select k.columns from changelog.key_columns(root) k);
    moves logs.change[];
    moved_at timestamptz;
begin
    -- positions first: only a few rows of a record with many changes are needed
    with unhandled as materialized (
        select u as change
        from changelog.unhandled_changes('enrich') u
        where u.record_id = any (formats)
        or u.op = 'T'
        or u.op = 'U' and u.previous_data ?| key_columns
    ), key as materialized (
        select d.position, d.logged_at, d.action = 'truncate' as is_truncate
        from logs.change_details d
        where d.table_oid = any (oids)
        and (d.record_id = any (index_keys) or d.record_id is null and d.action = 'truncate')
        union
        select (u.change).position, (u.change).logged_at, (u.change).op = 'T'
        from unhandled u
        where (u.change).record_id = any (formats)
        or (u.change).op = 'T'
    ), key_of_table as materialized (
        select k.*
        from key k
        join logs.change c on c.position = k.position and c.logged_at = k.logged_at
        where case
            when c.position > (select changelog.boundary()) then c.table_oid = any (own)
            else format('%I.%I', c.table_schema, c.table_name) = any (names)
        end
    ), later as (
        select min(k.position) as position
        from key_of_table k
        where k.logged_at > moment
    ), wanted as (
        (select k.*
         from key_of_table k, later l
         where not k.is_truncate and (l.position is null or k.position < l.position)
         order by k.position desc limit 1)
        union
        (select k.* from key_of_table k, later l where k.is_truncate and (l.position is null or k.position < l.position)
         order by k.position desc limit 1)
        union
        (select k.* from key_of_table k, later l where not k.is_truncate and k.position >= l.position
         order by k.position limit 1)
    )
    select array_agg(c), (select l.position from later l), (
        select array_agg(u.change)
        from unhandled u
        where (u.change).op = 'U')
    into version, later_position, moves
    from wanted w
    join logs.change c on c.position = w.position and c.logged_at = w.logged_at;

    select v.* into before from unnest(version) v
    where v.op <> 'T' and (later_position is null or v.position < later_position);
    select v.* into after from unnest(version) v where v.op <> 'T' and v.position >= later_position;
    select v.* into emptied from unnest(version) v where v.op = 'T' and v.position > coalesce(before.position, 0);
    -- the row may have another key by now
    if before.op in ('I', 'U', 'S') and emptied.position is null and key_columns is not null and (case
        when after.op is null then changelog.is_absent(root, record)
        else after.op = 'I' or after.previous_data ?| key_columns
    end) then
        select c.logged_at
        into moved_at
        from (
            select l.*
            from logs.change_details d
            join logs.change l on l.position = d.position and l.logged_at = d.logged_at
            where d.table_oid = any (oids)
            and d.position > before.position
            and d.changed_columns && key_columns
            union all
            select m.*
            from unnest(moves) m
            where m.position > before.position) c
        where case
            when c.position > (select changelog.boundary()) then c.table_oid = any (own)
            else format('%I.%I', c.table_schema, c.table_name) = any (names)
        end
        and c.previous_data ?| key_columns
        and changelog.key_of(c.record_data || c.previous_data, key_columns) = any (formats)
        and (after.position is null or c.position < after.position)
        order by c.position
        limit 1;
    end if;
    return case
        when before.op = 'D' or moved_at <= moment then null
        when emptied.position is not null and (
            emptied.record_data is null
            or after.op = 'I'
            or after.op is null and changelog.current_row(root, record) is null) then null
        when before.op is not null then before.record_data
        -- it got its key only with that change
        when after.op = 'I' or after.previous_data ?| key_columns then null
        when after.op is not null then after.record_data || coalesce(after.previous_data, '{}')
        else changelog.current_row(root, record)
    end;
end
$function$;
comment on function changelog.record_as_of(oid, text, text, text, timestamptz) is 'A record as it was, for logs.as_of';
