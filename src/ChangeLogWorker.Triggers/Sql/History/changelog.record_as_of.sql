-- changelog.record_as_of(root, schema, name, record, moment): what logs.as_of returns. root is null for a dropped
-- table. Whether a truncated partition held the record shows only in what happened to the record later. If the record
-- is gone and no change of it says so, its key was changed: changelog.key_change_of finds when.
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
    formats text[] := changelog.key_formats(root, record);
    version logs.change[];
    later_position bigint;
    before logs.change;
    after logs.change;
    emptied logs.change;
    key_columns text[] := (select k.columns from changelog.key_columns(root) k);
    moved_at timestamptz;
begin
    -- positions first: only a few rows of a record with many changes are needed
    with key as materialized (
        select k.position, k.logged_at, k.action = 'truncate' as is_truncate
        from changelog.key_changes(root, schema_name, name, formats) k
    ), later as (
        select min(k.position) as position
        from key k
        where k.logged_at > moment
    ), wanted as (
        (select k.*
         from key k, later l
         where not k.is_truncate and (l.position is null or k.position < l.position)
         order by k.position desc limit 1)
        union
        (select k.* from key k, later l where k.is_truncate and (l.position is null or k.position < l.position)
         order by k.position desc limit 1)
        union
        (select k.* from key k, later l where not k.is_truncate and k.position >= l.position
         order by k.position limit 1)
    )
    select array_agg(c), (select l.position from later l)
    into version, later_position
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
        select m.logged_at
        into moved_at
        from changelog.key_change_of(root, schema_name, name, formats, before.position) m
        where after.position is null or m.position < after.position;
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
