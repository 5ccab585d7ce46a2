-- logs.as_of(table, record, moment): the record as it was, or null if it did not exist. Leaves out changes of
-- transactions that began after the moment, and anything later; includes those of one that began before, even if it
-- committed a little later: the log knows when transactions start, not when they commit. By position, the order of a
-- record's changes. A record without changes in the log is read from its table, unless that was truncated: then nothing
-- is known. A changed key makes a new record and ends the old one; this goes unseen if the table was dropped, the
-- caller may not read all of it, or the log has no earlier change of it. Needs no handler.
-- Writes nothing, notifies nothing.
create or replace function logs.as_of(target regclass, record text, moment timestamptz)
    returns jsonb
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
declare
    root oid := coalesce(pg_partition_root(target), target);
begin
    return (
        select changelog.record_as_of(root, n.nspname::text, c.relname::text, record, moment)
        from pg_class c
        join pg_namespace n on n.oid = c.relnamespace
        where c.oid = root);
end
$function$;
comment on function logs.as_of(regclass, text, timestamptz) is 'The record as it was; null if it did not exist';

-- by name: without a schema public is meant; a dropped table goes by its last name
create or replace function logs.as_of(target text, record text, moment timestamptz)
    returns jsonb
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
declare
    name text[] := parse_ident(target);
begin
    if cardinality(name) = 1 then
        name := array['public'] || name;
    end if;
    if to_regclass(format('%I.%I', name[1], name[2])) is not null then
        return logs.as_of(to_regclass(format('%I.%I', name[1], name[2])), record, moment);
    elsif not exists (select from changelog.coverage v where v.table_schema = name[1] and v.table_name = name[2]) then
        raise exception 'there is no table %, and the log has none of that name', target
            using errcode = 'undefined_table',
                hint = 'Name the schema: logs.as_of(''sales.orders'', ''42'', now()).';
    end if;
    return changelog.record_as_of(null, name[1], name[2], record, moment);
end
$function$;
comment on function logs.as_of(text, text, timestamptz) is 'The record as it was; null if it did not exist';

-- logs.as_of(null::table, moment): the whole table as it was, in the table's own columns: select * from
-- logs.as_of(null::public.orders, '2026-11-20'). A column is null where the row had none, and where its type does not
-- take what the log holds, or would run code of its owner for it; logs.as_of_rows has the values.
-- Writes nothing, notifies nothing.
create or replace function logs.as_of(table_row anyelement, moment timestamptz)
    returns setof anyelement
    language plpgsql
    rows 10000
    set search_path = pg_catalog, pg_temp
    set jit = off
    set timezone = 'UTC'
    set datestyle = 'ISO, MDY'
    set intervalstyle = 'postgres'
    set bytea_output = 'hex'
    set extra_float_digits = 1
    set quote_all_identifiers = off
as $function$
declare
    root constant oid := (select t.typrelid from pg_type t where t.oid = pg_typeof(table_row));
    row_type text;
    plan record;
    unfit text[];
begin
    if not exists (
        select
        from pg_class c
        where c.oid = root
        and c.relkind in ('r', 'p')
        and not c.relispartition)
    then
        raise exception '% is no type of a table''s rows', pg_typeof(table_row)
            using errcode = 'wrong_object_type',
                hint = 'Of a partitioned table name the root: logs.as_of(null::sales.orders, now()).';
    end if;
    if moment is null then
        return;
    end if;
    begin
        select * into plan from changelog.read_plan(root);
        row_type := pg_typeof(table_row)::text;
        unfit := changelog.unfit_columns(root);
        return query execute format(
            $query$
with past as materialized (
    select * from changelog.past_rows($1, $2, false)
)
select t.*
from past p
cross join lateral changelog.typed_row(null::%1$s, p.row_data - $3) t
where p.row_data is not null
union all
            $query$
            || case
                when plan.key_is_plain and not plan.is_redacted then
                    $query$
select r.*
from %2$s r
where not exists (select from past p where p.record_id = %4$s)
                    $query$
                else
                    $query$
select t.*
from (
    select j.raw
    from %2$s r
    cross join lateral (select %3$s as raw offset 0) j
    where not exists (select from past p where p.record_id = %4$s)
    offset 0) j
cross join lateral changelog.typed_row(null::%1$s, %5$s - $3) t
                    $query$
            end,
            row_type, plan.relation, plan.raw, plan.key, plan.data)
        using root, moment, unfit;
        -- always: the application's code that ran here leaves nothing behind
        raise exception using errcode = 'CLOG1';
    exception when sqlstate 'CLOG1' then
        null;
    end;
end
$function$;
comment on function logs.as_of(anyelement, timestamptz) is 'The whole table as it was, in the table''s own columns';
