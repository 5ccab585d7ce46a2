-- changelog.redact_changes(tables, names, what, key, after, until): removes raw values from the changes of some tables
-- at positions beyond after, up to until. Returns what it rewrote: the positions in order, the span of their logged_at,
-- and the records whose identity was hashed (renamed: old to new). what: see changelog.redacted_row.
-- Writes logs.change. Notifies nothing.
create or replace function changelog.redact_changes(
    tables oid[], names text[], what jsonb, key text[], after bigint, until bigint,
    out positions bigint[], out logged_from timestamptz, out logged_until timestamptz, out renamed jsonb)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $function$
declare
    records text[] := array(select jsonb_array_elements_text(what -> 'records'));
    columns text[] := array(select jsonb_array_elements_text(what -> 'columns'));
    keys text[] := array(select jsonb_array_elements_text(what -> 'values'));
    hint text := changelog.text_hint(what ->> 'hint');
    boundary bigint := changelog.boundary();
    texts text[] := case
        when exists (select from pg_class c where c.oid = tables[1])
            then coalesce((select j.columns from changelog.json_columns(tables[1]) j), '{}')
    end;
begin
    with new as materialized (
        select
            c.*,
            case when h.is_held then changelog.redacted_row(c.record_data, what, key, texts) else c.record_data end
                as new_data,
            case
                when h.was_held then changelog.redacted_row(c.previous_data, what, key, texts)
                else c.previous_data
            end as new_previous
        from logs.change c
        cross join lateral (
            select
                not what ? 'columns' or coalesce(changelog.key_of(c.record_data, columns) = any (keys), false)
                    as is_held,
                not what ? 'columns'
                    or coalesce(changelog.key_of(c.record_data || c.previous_data, columns) = any (keys), false)
                    as was_held) h
        where c.position > after
        and c.position <= until
        -- changes from another cluster have that cluster's table oid
        and case
            when c.position > boundary then c.table_oid = any (tables)
            else c.table_schema || '.' || c.table_name = any (names)
        end
        and c.op <> 'T'
        and case
            when what ? 'records' then c.record_id = any (records)
            when what ? 'columns' then (h.is_held or h.was_held) and (what -> 'spared' ? c.record_id) is not true
            else c.record_data::text ~* hint or c.previous_data::text ~* hint
        end
    ), rewritten as (
        update logs.change c
        set record_id = i.new_id,
            record_data = n.new_data,
            previous_data = n.new_previous
        from new n
        cross join lateral changelog.redacted_id(n.record_id, what, key, n.record_data, n.new_data) i (new_id)
        where (n.record_id, n.record_data, n.previous_data) is distinct from (i.new_id, n.new_data, n.new_previous)
        and c.position = n.position
        and c.logged_at = n.logged_at
        and c.position > after
        and c.position <= until
        returning c.position, c.logged_at, n.record_id as old_id, i.new_id
    )
    select
        coalesce(array_agg(r.position order by r.position), '{}'),
        min(r.logged_at),
        max(r.logged_at),
        coalesce(jsonb_object_agg(r.old_id, r.new_id) filter (where r.old_id <> r.new_id), '{}')
    into positions, logged_from, logged_until, renamed
    from rewritten r;
end
$function$;
