-- logs.page_links(positions, logged_from, logged_until): every record that a change of a page points to, before or
-- after it: through the table's foreign keys as the catalog has them now, and through columns linked_table and
-- linked_id. A key with a null or masked value points nowhere. One change may yield the same link twice: a foreign key
-- may be named linked_id, and one text may stand for two values. place: the rank of a link that the row holds now,
-- among the row's own; null for any other. Writes nothing, notifies nothing.
create or replace function logs.page_links(positions bigint[], logged_from timestamptz, logged_until timestamptz)
    returns table (
        "position" bigint, logged_at timestamptz, linked_table text, linked_id text, via text, place smallint)
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
    set jit = off
    set enable_seqscan = off
as $function$
begin
    return query
    with page as materialized (
        select
            c.position,
            c.logged_at,
            -- changes from another cluster have that cluster's table oid
            case
                when c.position > (select changelog.boundary()) then c.table_oid
                else to_regclass(format('%I.%I', c.table_schema, c.table_name))::oid
            end as table_oid,
            c.record_data,
            c.previous_data
        from logs.page_changes(positions, logged_from, logged_until) c
        where c.record_data is not null
    ), foreign_key as materialized (
        select k.*
        from logs.foreign_key k
        where k.table_oid = any (array(select distinct p.table_oid from page p))
    )
    select p.position, p.logged_at, k.linked_table, logs.index_key(link.id), k.via::text, link.place
    from page p
    join foreign_key k on k.table_oid = p.table_oid
    cross join lateral (
        select p.record_data ->> k.only_column, k.place
        union all
        select p.previous_data ->> k.only_column, null) link (id, place)
    where k.only_column is not null
    and link.id <> '[redacted]'
    union all
    select p.position, p.logged_at, k.linked_table, logs.index_key(link.id), k.via::text, null
    from page p
    join foreign_key k on k.table_oid = p.table_oid
    cross join lateral (
        select logs.composite_key(p.record_data, k.linked_columns)
        union all
        select logs.composite_key(p.record_data || p.previous_data, k.linked_columns)
        where p.previous_data ?| k.linked_columns) link (id)
    where k.only_column is null
    and strpos(link.id, '"[redacted]"') = 0
    union all
    select p.position, p.logged_at, logs.index_key(link.target), logs.index_key(link.id), 'linked_id', link.place
    from page p
    cross join lateral (
        select p.record_data ->> 'linked_table', p.record_data ->> 'linked_id', 0::smallint
        union all
        select
            (p.record_data || p.previous_data) ->> 'linked_table',
            (p.record_data || p.previous_data) ->> 'linked_id',
            null
        where p.previous_data ?| array['linked_table', 'linked_id']) link (target, id, place)
    where p.record_data ? 'linked_table'
    and p.record_data ? 'linked_id'
    and link.target <> '[redacted]'
    and link.id <> '[redacted]';
end
$function$;
comment on function logs.page_links(bigint[], timestamptz, timestamptz) is
    'Every record that a change of a page points to: what the handler index writes, and what a history shows before '
    'that';
