-- changelog.has_other_columns(root, oids, moment, with_dropped): whether the last change before a moment shows that the
-- table had other columns then than now: it lacks a column that was added with a default, or has one that was dropped
-- (with_dropped). Looked up only if the catalog knows of such a column.
-- Writes nothing, notifies nothing.
create or replace function changelog.has_other_columns(
    root oid, oids oid[], moment timestamptz, with_dropped boolean)
    returns boolean
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
    set jit = off
as $function$
declare
    added text[];
    has_dropped boolean;
    columns text[];
    last_data jsonb;
begin
    select
        array_agg(a.attname::text) filter (where a.atthasmissing and not a.attisdropped),
        bool_or(a.attisdropped) and with_dropped,
        array_agg(a.attname::text) filter (where not a.attisdropped)
    into added, has_dropped, columns
    from pg_attribute a
    where a.attrelid = root
    and a.attnum > 0;
    if added is null and not has_dropped then
        return false;
    end if;
    select c.record_data
    into last_data
    from (
        (select d.position, d.logged_at
         from logs.change_details d
         where d.table_oid = any (oids)
         and d.logged_at <= moment
         and d.action <> 'truncate'
         order by d.logged_at desc
         limit 1)
        union all
        (select u.position, u.logged_at
         from changelog.unhandled_changes('enrich') u
         where u.table_oid = any (oids)
         and u.logged_at <= moment
         and u.op <> 'T'
         order by u.logged_at desc
         limit 1)) k
    join logs.change c on c.position = k.position and c.logged_at = k.logged_at
    order by c.logged_at desc
    limit 1;
    return coalesce(not last_data ?& added or has_dropped and last_data - columns <> '{}', false);
end
$function$;
comment on function changelog.has_other_columns(oid, oid[], timestamptz, boolean) is
    'Whether a table had other columns at a moment';
