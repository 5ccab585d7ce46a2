-- changelog.record_changes(root, schema_name, name, formats, until): the changes of a record under one key since it was
-- created or came to that key, before a position if one is given. former_key: of an update of the key, the key before;
-- null for a masked one, which leads nowhere.
-- Writes nothing, notifies nothing.
create or replace function changelog.record_changes(
    root oid, schema_name text, name text, formats text[], until bigint)
    returns table (
        "position" bigint, logged_at timestamptz, action text, changed_columns text[], former_key text)
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
    set jit = off
as $function$
declare
    key_columns text[] := (select k.columns from changelog.key_columns(root) k);
begin
    return query
    with change as materialized (
        select k.*, coalesce(k.changed_columns && key_columns, false) as changes_key
        from changelog.key_changes(root, schema_name, name, formats) k
        where until is null or k.position < until
    ), last as (
        select max(c.position) as position
        from change c
        where c.action <> 'truncate'
    ), start as (
        -- what came before an earlier end was another record's
        select max(case when c.action = 'create' or c.changes_key then c.position else c.position + 1 end) as position
        from change c
        join last l on c.position <= l.position
        where c.action = 'create'
        or c.changes_key
        or c.position < l.position and (c.action = 'delete' or c.action = 'truncate' and not c.of_partition)
    )
    select c.position, c.logged_at, c.action, c.changed_columns, (
        select k.former
        from logs.change l
        cross join changelog.key_of(l.record_data || l.previous_data, key_columns) k (former)
        where c.changes_key
        and l.position = c.position
        and l.logged_at = c.logged_at
        and strpos(k.former, '[redacted]') = 0)
    from change c
    cross join start s
    where c.action <> 'truncate'
    and c.position >= coalesce(s.position, 0);
end
$function$;
comment on function changelog.record_changes(oid, text, text, text[], bigint) is
    'The changes of a record since it was created or came to its key';
