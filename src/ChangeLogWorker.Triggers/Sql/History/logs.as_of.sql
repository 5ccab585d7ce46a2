-- logs.as_of(table, record, moment): the record as it was, or null where it did not exist. What a transaction that
-- began after the moment has changed, and whatever was changed after that, is not in it; what one that began before it
-- has changed is, though it may have been committed a little later: the log knows the start of transactions, not their
-- commit. By position, for that is the order of a record's changes. A record that the log knows no change of stands as
-- it stood, and is read from its table; once such a one was truncated, nothing is known of it. A change of the key
-- itself makes another record of it, and the old key's ends there: unseen where the table was dropped, or is one that
-- the caller may not read whole, or where the log knows no earlier change of it. Needs no handler.
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
comment on function logs.as_of(regclass, text, timestamptz) is 'The record as it was; null where it did not exist';

-- the same by name: one without a schema means public; a table that was dropped goes by the name it had
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
        raise exception 'there is no table %, and the log knows none of that name', target
            using errcode = 'undefined_table',
                hint = 'Name the schema: logs.as_of(''sales.orders'', ''42'', now()).';
    end if;
    return changelog.record_as_of(null, name[1], name[2], record, moment);
end
$function$;
comment on function logs.as_of(text, text, timestamptz) is 'The record as it was; null where it did not exist';
