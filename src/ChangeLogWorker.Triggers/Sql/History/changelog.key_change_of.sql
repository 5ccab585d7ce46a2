-- changelog.key_change_of(root, schema_name, name, formats, after): the first update after a position that gave the
-- record another key, found by scanning all later updates of the table.
-- Writes nothing, notifies nothing.
create or replace function changelog.key_change_of(
    root oid, schema_name text, name text, formats text[], after bigint)
    returns setof logs.change
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
    set jit = off
as $function$
declare
    key_columns text[] := (select k.columns from changelog.key_columns(root) k);
    own oid[];
    named oid[];
    names text[];
begin
    select t.own, t.named, t.names into own, named, names from changelog.logged_tables(root, schema_name, name) t;
    return query
    select c.*
    from (
        select l.*
        from logs.change_details d
        join logs.change l on l.position = d.position and l.logged_at = d.logged_at
        where d.table_oid = any (own || named)
        and d.position > after
        and d.changed_columns && key_columns
        union all
        select u.*
        from changelog.unhandled_changes('enrich') u
        where u.position > after
        and u.op = 'U') c
    where case
        when c.position > (select changelog.boundary()) then c.table_oid = any (own)
        else format('%I.%I', c.table_schema, c.table_name) = any (names)
    end
    and c.previous_data ?| key_columns
    and changelog.key_of(c.record_data || c.previous_data, key_columns) = any (formats)
    order by c.position
    limit 1;
end
$function$;
comment on function changelog.key_change_of(oid, text, text, text[], bigint) is
    'The update that gave a record another key';
