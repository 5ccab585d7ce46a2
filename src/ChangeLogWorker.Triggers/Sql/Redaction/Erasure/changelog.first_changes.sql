-- changelog.first_changes(target, record_ids): the first change that the log still holds of each record: by the index
-- of the handler enrich, and from what enrich has not handled yet.
-- Writes nothing, notifies nothing.
create or replace function changelog.first_changes(target oid, record_ids text[])
    returns table (record_id text, op "char", record_data jsonb, previous_data jsonb)
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
    set jit = off
as $function$
begin
    if cardinality(record_ids) = 0 then
        return;
    end if;
    return query
    select distinct on (c.record_id) c.record_id, c.op, c.record_data, c.previous_data
    from (
        select l.*
        from unnest(first_changes.record_ids) i (id)
        cross join lateral (
            select d.position, d.logged_at
            from logs.change_details d
            where d.table_oid = target
            and d.record_id = logs.index_key(i.id)
            order by d.position
            limit 1) d
        join logs.change l on l.position = d.position and l.logged_at = d.logged_at
        union all
        select u.*
        from changelog.unhandled_changes('enrich') u
        where u.table_oid = target
        and u.record_id = any (first_changes.record_ids)) c
    order by c.record_id, c.position;
end
$function$;
comment on function changelog.first_changes(oid, text[]) is
    'The first change that the log still holds of each record';
