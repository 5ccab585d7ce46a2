-- changelog.find_links(link_table, names, ids, most): up to most rows of a table that link to one of the given records,
-- or to any record of their table if ids is null. Uses an index on (linked_table, linked_id) if there is one. Caller's
-- rights: the links' login (changelog.links_login_problem).
-- Writes nothing, notifies nothing.
create or replace function changelog.find_links(
    link_table oid, names text[], ids text[], most integer,
    out rows_at tid[], out found_names text[], out found_ids text[])
    language plpgsql
    volatile
    set search_path = pg_catalog, pg_temp
    set row_security = off
    set lock_timeout = '2s'
    set jit = off
as $function$
declare
    type text;
begin
    perform changelog.require_links_login(link_table);
    select l.id_type into type from changelog.link_tables(link_table) l where l.policy in ('nullify', 'delete');
    if type is null then
        return;
    end if;
    execute format(
        $find$
        select array_agg(l.row_at), array_agg(l.name), array_agg(l.id)
        from (
            select r.ctid as row_at, r.linked_table::text as name, r.linked_id::text as id
            from only %s r
            where r.linked_table::text = any ($1)
            and %s
            limit $3) l
        $find$,
        link_table::regclass,
        case
            when ids is null then 'r.linked_id is not null'
            else format('r.linked_id::%1$s = any ($2::%1$s[])', type)
        end)
    into rows_at, found_names, found_ids
    using names, case type
        when 'text' then ids
        -- often there are thousands: the general way takes twenty times as long
        when 'uuid' then array(select i.id from unnest(ids) i (id) where logs.parse_uuid(i.id) is not null)
        else array(select i.id from unnest(ids) i (id) where changelog.canonical(i.id, type) is not null)
    end, most;
end
$function$;
comment on function changelog.find_links(oid, text[], text[], integer) is
    'The rows of a table that link to one of the given records';
