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
