-- logs.derive_links(positions, logged_from, logged_until): the handler index: one row of logs.change_links for each record that a change
-- of the page points to.
-- Writes logs.change_links. Notifies nothing.
create or replace function logs.derive_links(positions bigint[], logged_from timestamptz, logged_until timestamptz)
    returns void
    language plpgsql
    set search_path = pg_catalog, pg_temp
    set jit = off
    set enable_seqscan = off
    set plan_cache_mode = auto
as $function$
begin
    -- planning takes a small page longer than all the rest; the plan of a large one must know how large it is
    perform set_config(
        'plan_cache_mode',
        case when cardinality(positions) <= 100 then 'force_generic_plan' else 'force_custom_plan' end,
        true);
    insert into logs.change_links (position, logged_at, linked_table, linked_id, via)
    select l.position, l.logged_at, l.linked_table, l.linked_id, l.via
    from logs.page_links(positions, logged_from, logged_until) l
    on conflict do nothing;
end
$function$;
