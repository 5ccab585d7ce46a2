-- changelog.redact_links(tables, names, what, positions, logged_from, logged_until, renamed): updates links after
-- changes were rewritten (changelog.redact_changes): deletes those derived from redacted values, and renames those to
-- records whose identity was hashed. Writes logs.change_links. Notifies nothing.
create or replace function changelog.redact_links(
    tables oid[], names text[], what jsonb,
    positions bigint[], logged_from timestamptz, logged_until timestamptz, renamed jsonb)
    returns void
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $function$
declare
    last_position bigint := positions[cardinality(positions)];
    -- foreign keys without a redacted column
    kept text[] := array(
        select k.via::text
        from logs.foreign_key k
        where k.table_oid = any (tables)
        and not what ? 'records'
        and not exists (
            select
            from unnest(k.linked_columns) c (name)
            where c.name ~* (what ->> 'key')
            or what -> 'hashed' ? c.name
            or what -> 'masked' ? c.name));
begin
    if what ? 'columns' then
        update logs.change_links l
        set linked_id = logs.redaction_hash(k.id),
            primary_id = null
        from (
            select distinct case
                -- a link made of linked_table and linked_id holds only the latter
                when what -> 'hashed' = '["linked_id"]' and jsonb_array_length(what -> 'columns') > 1
                    then v.value::jsonb ->> 1
                else v.value
            end
            from jsonb_array_elements_text(what -> 'values') v (value)) k (id)
        where l.position = any (positions)
        and l.position between positions[1] and last_position
        and l.logged_at between logged_from and logged_until
        and l.via <> all (kept)
        and l.linked_id = logs.index_key(k.id);
    else
        -- also links of a foreign key that was dropped
        delete from logs.change_links l
        using logs.page_changes(positions, logged_from, logged_until) c
        where l.position = c.position
        and l.logged_at = c.logged_at
        and l.position between positions[1] and last_position
        and l.via <> all (kept)
        and (what ? 'records' or not exists (
            select
            from (values (c.record_data), (c.previous_data)) s (data)
            cross join jsonb_each_text(s.data) v
            where logs.index_key(v.value) = l.linked_id));
    end if;
    update logs.change_links l
    set linked_id = logs.index_key(r.new_id),
        primary_id = null
    from jsonb_each_text(renamed) r (old_id, new_id)
    where l.linked_table = any (names)
    and l.linked_id = logs.index_key(r.old_id);
end
$function$;
