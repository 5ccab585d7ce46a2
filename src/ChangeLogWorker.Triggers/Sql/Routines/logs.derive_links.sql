-- logs.derive_links(positions, logged_from, logged_until): the handler index: one row of logs.change_links for each record that a change
-- of the page points to.
-- Writes logs.change_links. Notifies nothing.
create or replace function logs.derive_links(positions bigint[], logged_from timestamptz, logged_until timestamptz)
    returns void
    language plpgsql
    set search_path = pg_catalog, pg_temp
    set jit = off
    set enable_seqscan = off
as $function$
begin
    insert into logs.change_links (position, logged_at, linked_table, linked_id, via)
    select l.position, l.logged_at, l.linked_table, l.linked_id, l.via
    from logs.page_links(positions, logged_from, logged_until) l
    on conflict do nothing;
end
$function$;
