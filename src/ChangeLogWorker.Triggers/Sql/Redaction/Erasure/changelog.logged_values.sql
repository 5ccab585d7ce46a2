-- changelog.logged_values(tables, names, what, columns): the values that the changes to be rewritten hold in some
-- columns, as one text each (changelog.key_of); what: {"records"} or {"columns", "values"} of changelog.redacted_row.
-- Values that are redacted already are left out.
-- Writes nothing, notifies nothing.
create or replace function changelog.logged_values(tables oid[], names text[], what jsonb, columns text[])
    returns text[]
    language sql
    stable
    set search_path = pg_catalog, pg_temp
    set jit = off
as $function$
    with called as materialized (
        select
            array(select jsonb_array_elements_text(what -> 'records')) as records,
            array(select jsonb_array_elements_text(what -> 'columns')) as named,
            array(select jsonb_array_elements_text(what -> 'values')) as keys,
            changelog.boundary() as boundary
    )
    select array(
        select distinct v.value
        from called r
        cross join logs.change c
        cross join lateral (values (c.record_data), (c.record_data || c.previous_data)) d (content)
        cross join lateral (select changelog.key_of(d.content, logged_values.columns)) v (value)
        where case
            when c.position > r.boundary then c.table_oid = any (tables)
            else c.table_schema || '.' || c.table_name = any (names)
        end
        and case
            when what ? 'records' then c.record_id = any (r.records)
            else changelog.key_of(d.content, r.named) = any (r.keys)
        end
        and strpos(v.value, '[redacted]') = 0
        and v.value not like 'hmac-sha256:%')
$function$;
comment on function changelog.logged_values(oid[], text[], jsonb, text[]) is
    'The values of some columns in the changes to be rewritten';
