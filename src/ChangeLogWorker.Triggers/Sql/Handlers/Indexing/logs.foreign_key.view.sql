-- The foreign keys of the application's tables, as links are derived from them; an inherited key of a partition is
-- listed under its root. linked_columns are in the order of the referenced record's identity if the key refers to it. A
-- key with PERIOD (only those refer to an exclusion index) identifies no record: its span may lie within several
-- records' spans.
create or replace view logs.foreign_key as
select
    f.conrelid as table_oid,
    f.conname as via,
    l.linked_table,
    l.linked_columns,
    case when cardinality(l.linked_columns) = 1 then l.linked_columns[1] end as only_column,
    f.conkey[1] as place
from pg_constraint f
-- looked up for each key, in a database that may have thousands: hence the offset
cross join lateral (
    select
        n.nspname || '.' || r.relname as linked_table,
        array(
            select a.attname::text
            from unnest(f.conkey, f.confkey) with ordinality p (attnum, refnum, place)
            join pg_attribute a on a.attrelid = f.conrelid and a.attnum = p.attnum
            left join pg_index x on x.indrelid = f.confrelid and x.indisprimary
            order by array_position(x.indkey::smallint[], p.refnum), p.place) as linked_columns
    from pg_class r
    join pg_namespace n on n.oid = r.relnamespace
    join pg_index i on i.indexrelid = f.conindid and not i.indisexclusion
    where r.oid = f.confrelid
    offset 0) l
where f.contype = 'f'
and f.conparentid = 0;
comment on view logs.foreign_key is
    'Foreign keys as links: the columns of table_oid that hold the key of linked_table; place: the first of them in '
    'table_oid';
