-- logs.derive_details(positions, logged_from, logged_until): the handler enrich: one row of logs.change_details for
-- each change of a page. Security definer: a worker without write access to the table cannot forge it, and whatever it
-- derives comes from the log.
-- Writes logs.change_details and, for a table seen for the first time, logs.change_table. Notifies nothing.
create or replace function logs.derive_details(positions bigint[], logged_from timestamptz, logged_until timestamptz)
    returns void
    language plpgsql
    security definer
    set search_path = pg_catalog, pg_temp
    set jit = off
    set enable_seqscan = off
    set plan_cache_mode = auto
as $function$
begin
    -- planning costs a small page more than everything else; the plan of a large one must know its size
    perform set_config(
        'plan_cache_mode',
        case when cardinality(positions) <= 100 then 'force_generic_plan' else 'force_custom_plan' end,
        true);
    insert into logs.change_details (
        position, logged_at, table_oid, record_id, action, actor_id, changed_columns, request_id, installation)
    select
        c.position,
        c.logged_at,
        c.table_oid,
        logs.index_key(c.record_id),
        logs.change_action(c.op, c.record_data, c.previous_data),
        t.actor_id,
        case when c.op = 'U' then array(select jsonb_object_keys(c.previous_data)) end,
        t.request_id,
        (select i.number from changelog.installation i)
    from logs.page_changes(positions, logged_from, logged_until) c
    -- one look-up each, never a hash of the whole table: hence the offset
    left join lateral (
        select logs.index_key(t.actor_id) as actor_id, logs.index_key(t.context ->> 'request_id') as request_id
        from logs.transaction t
        where t.xid = c.xid
        and t.logged_at = c.logged_at
        offset 0) t on true;
    insert into logs.change_table (table_oid, table_schema, table_name)
    select distinct c.table_oid, c.table_schema, c.table_name
    from logs.page_changes(positions, logged_from, logged_until) c
    where not exists (
        select
        from logs.change_table n
        where n.table_oid = c.table_oid
        and n.table_schema = c.table_schema
        and n.table_name = c.table_name)
    on conflict do nothing;
end
$function$;
