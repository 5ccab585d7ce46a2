-- changelog.clean_table_links(link_table, deleted): clears a table's links to deleted records (as in
-- changelog.deleted_targets) that do not exist again, by its policy. Returns whether there was too much for one
-- transaction: the next sweep does the rest. Locks rows in one order; idempotent. Caller's rights: the links' login.
-- Writes the table; its own changes have the actor changelog.
create or replace function changelog.clean_table_links(link_table oid, deleted jsonb)
    returns boolean
    language plpgsql
    set search_path = pg_catalog, pg_temp
    set jit = off
as $function$
declare
    most constant integer := 10000;
    tries constant integer := 3;
    cleaner constant jsonb := '{"actor_id": "changelog", "reason": "the linked record is gone"}';
    l record;
    gone tid[];
    is_cut boolean := false;
begin
    -- look again for a row that changed while this waited for it
    for try in 1..tries loop
        gone := '{}';
        for l in
            select f.*
            from jsonb_array_elements(deleted) t (target)
            cross join lateral changelog.find_links(
                link_table,
                array(select jsonb_array_elements_text(t.target -> 'names')),
                case when jsonb_typeof(t.target -> 'ids') = 'array'
                     then array(select jsonb_array_elements_text(t.target -> 'ids')) end,
                most) f
            where f.rows_at is not null
        loop
            is_cut := is_cut or cardinality(l.rows_at) = most;
            gone := gone || changelog.dangling_links(l.rows_at, l.found_names, l.found_ids);
        end loop;
        exit when cardinality(gone) = 0;
        perform changelog.set_context(cleaner);
        perform changelog.clear_links(link_table, gone, false);
        -- a trigger of the application may have set another actor
        perform changelog.set_context(cleaner);
    end loop;
    return is_cut;
exception when others then
    -- transient errors
    if left(sqlstate, 2) in ('40', '53', '57', '58') or sqlstate = '55P03' then
        raise;
    end if;
    raise exception '%', changelog.link_problem(link_table, sqlstate, sqlerrm)
    using errcode = case when left(sqlstate, 2) = '22' then '23000' else sqlstate end;
end
$function$;
comment on function changelog.clean_table_links(oid, jsonb) is
    'Clears a table''s links to deleted records';
