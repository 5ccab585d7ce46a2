-- logs.derive_links(positions, logged_from, logged_until): the handler index: one row of logs.change_links for each
-- record that a change of the page refers to; primary_id is that of the link that platform.audit_logs shows. Security
-- definer: a worker without write access to the table cannot forge it, and whatever it derives comes from the log.
-- Writes logs.change_links. Notifies nothing.
create or replace function logs.derive_links(positions bigint[], logged_from timestamptz, logged_until timestamptz)
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
    insert into logs.change_links (position, logged_at, linked_table, linked_id, via, primary_id)
    select l.position, l.logged_at, l.linked_table, l.linked_id, l.via, case when l.turn = 1 then l.uuid end
    from (
        select
            p.*,
            u.uuid,
            row_number() over (
                partition by p.position
                order by case when u.uuid is not null then p.place end, p.via) as turn
        from logs.page_links(positions, logged_from, logged_until) p
        cross join lateral (select case when p.place is not null then logs.parse_uuid(p.linked_id) end) u (uuid)) l
    -- of duplicates the first is kept, so the primary one comes first
    order by l.position, l.turn
    on conflict do nothing;
end
$function$;
