-- logs.blame(table, record): each column of a record with its value, since when it has it, and by which change: who,
-- why, in which transaction. since is the start of that transaction; where it is not known, before is the first change
-- that found the value there. SQL's null stands for a value that the log does not have, a JSON null for a null. If the
-- record is gone, these are its last values, and a first row without a column_name says by which change (nothing, if
-- the log does not say); its value is the key that the record got, if any. In the table's order; of dropped columns and
-- tables by name.
-- Needs no handler.
-- Writes nothing, notifies nothing.
create or replace function logs.blame(target regclass, record text)
    returns table (
        column_name text, value jsonb, since timestamptz, before timestamptz, action text, actor_id text, db_user text,
        db_role text, application_name text, reason text, event__id uuid, "position" bigint)
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
declare
    root oid := coalesce(pg_partition_root(target), target);
begin
    return query
    select b.*
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    cross join changelog.blame_record(root, n.nspname::text, c.relname::text, record) b
    where c.oid = root;
end
$function$;
comment on function logs.blame(regclass, text) is
    'Each column of a record: its value, since when, by whom, in which transaction, why';

-- by name: without a schema public is meant; also a former one, or a dropped table's
create or replace function logs.blame(target text, record text)
    returns table (
        column_name text, value jsonb, since timestamptz, before timestamptz, action text, actor_id text, db_user text,
        db_role text, application_name text, reason text, event__id uuid, "position" bigint)
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
declare
    name text[] := parse_ident(target);
    known oid;
begin
    if cardinality(name) = 1 then
        name := array['public'] || name;
    end if;
    -- from the catalog: to_regclass asks for a right to the schema
    known := coalesce((
        select c.oid
        from pg_class c
        join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = name[1]
        and c.relname = name[2]), (
        select v.table_oid
        from changelog.coverage v
        where v.table_schema = name[1]
        and v.table_name = name[2]
        order by v.id desc
        limit 1));
    if known is null then
        raise exception 'there is no table %, and the log has none of that name', target
            using errcode = 'undefined_table', hint = 'Name the schema: logs.blame(''sales.orders'', ''42'').';
    elsif exists (select from pg_class c where c.oid = known) then
        return query select b.* from logs.blame(known::regclass, record) b;
    else
        return query select b.* from changelog.blame_record(null, name[1], name[2], record) b;
    end if;
end
$function$;
comment on function logs.blame(text, text) is
    'Each column of a record: its value, since when, by whom, in which transaction, why';
