-- changelog.key_changes(root, schema_name, name, formats): what the log has of a record under one key, and the
-- truncates of its table; of_partition: of one that may not have held the record. From the index of the handler enrich,
-- and what enrich has not handled yet or gave up on.
-- Writes nothing, notifies nothing.
create or replace function changelog.key_changes(root oid, schema_name text, name text, formats text[])
    returns table (
        "position" bigint, logged_at timestamptz, action text, changed_columns text[], of_partition boolean)
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
    set jit = off
as $function$
declare
    index_keys text[] := array(select logs.index_key(f) from unnest(formats) f);
    own oid[];
    named oid[];
    names text[];
begin
    select t.own, t.named, t.names into own, named, names from changelog.logged_tables(root, schema_name, name) t;
    return query
    select d.position, d.logged_at, d.action, d.changed_columns, d.action = 'truncate' and (
        select c.record_data is not null
        from logs.change c
        where c.position = d.position
        and c.logged_at = d.logged_at)
    from logs.change_details d
    where d.table_oid = any (own || named)
    and (d.record_id = any (index_keys) or d.record_id is null and d.action = 'truncate')
    and case
        when d.position > (select changelog.boundary()) then d.table_oid = any (own)
        else exists (
            select
            from logs.change c
            where c.position = d.position
            and c.logged_at = d.logged_at
            and format('%I.%I', c.table_schema, c.table_name) = any (names))
    end;

    return query
    select
        u.position,
        u.logged_at,
        logs.change_action(u.op, u.record_data, u.previous_data),
        case when u.op = 'U' then array(select jsonb_object_keys(u.previous_data)) end,
        u.op = 'T' and u.record_data is not null
    from (
        select p.*
        from changelog.unhandled_changes('enrich') p
        union all
        select c.*
        from changelog.dead_letter l
        join logs.change c on c.position = l.position and c.logged_at = l.logged_at
        where l.handler = 'enrich'
        and l.kind = 'change'
        and not exists (
            select
            from logs.change_details d
            where d.position = l.position
            and d.logged_at = l.logged_at)) u
    where (u.record_id = any (formats) or u.op = 'T')
    and case
        when u.position > (select changelog.boundary()) then u.table_oid = any (own)
        else format('%I.%I', u.table_schema, u.table_name) = any (names)
    end;
end
$function$;
comment on function changelog.key_changes(oid, text, text, text[]) is
    'What the log has of a record under one key, handled or not';
