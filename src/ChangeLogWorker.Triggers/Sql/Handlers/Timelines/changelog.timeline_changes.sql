-- changelog.timeline_changes(timeline, positions, logged_from, logged_until): a page's changes of the root or of a
-- table that reaches it. Changes from another cluster have that cluster's table oid and are matched by name. No set
-- clause, so that it is inlined. Writes nothing, notifies nothing.
create or replace function changelog.timeline_changes(
    timeline_name text, positions bigint[], logged_from timestamptz, logged_until timestamptz)
    returns table (
        "position" bigint,
        xid xid8,
        logged_at timestamptz,
        op "char",
        table_schema text,
        table_name text,
        record_id text,
        record_data jsonb,
        previous_data jsonb,
        table_id bigint,
        is_root boolean,
        belongs boolean,
        tracked text[])
    language sql
    stable
as $function$
    select c.position, c.xid, c.logged_at, c.op, c.table_schema, c.table_name,
           c.record_id, c.record_data, c.previous_data,
           m.id, m.is_root, m.belongs, m.tracked
    from logs.page_changes(positions, logged_from, logged_until) c
    join changelog.timeline_table m on m.table_oid operator(pg_catalog.=) case
        when c.position operator(pg_catalog.>) (select changelog.boundary()) then c.table_oid
        else pg_catalog.to_regclass(pg_catalog.format('%I.%I', c.table_schema, c.table_name))::pg_catalog.oid
    end
    where m.timeline operator(pg_catalog.=) timeline_name
    and c.record_data is not null
    and c.op operator(pg_catalog.<>) 'T'
$function$;
comment on function changelog.timeline_changes(text, bigint[], timestamptz, timestamptz) is
    'The changes of a page to a timeline''s tables';
