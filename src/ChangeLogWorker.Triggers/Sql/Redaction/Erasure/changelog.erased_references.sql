-- changelog.erased_references(tables, names, base, redacted): which columns of which tables hold the values of redacted
-- columns of these tables; redacted null: of any column. Through foreign keys, and, if their key (base) is redacted,
-- through linked_table and linked_id (hashed then lists the redacted ones of the columns, and formats the names of
-- these tables). referred: their columns, those of base first. masked: generated columns that depend on such columns.
-- Writes nothing, notifies nothing.
create or replace function changelog.erased_references(tables oid[], names text[], base text[], redacted text[])
    returns table (table_oid oid, columns text[], referred text[], hashed text[], masked text[], formats text[])
    language sql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
    with reference as (
        select f.conrelid as oid, r.columns, r.referred, r.columns as hashed, null::text[] as formats
        from pg_constraint f
        cross join lateral (
            select
                array_agg(a.attname::text order by array_position(base, b.attname::text), u.place) as columns,
                array_agg(b.attname::text order by array_position(base, b.attname::text), u.place) as referred
            from unnest(f.conkey, f.confkey) with ordinality u (attnum, refnum, place)
            join pg_attribute a on a.attrelid = f.conrelid and a.attnum = u.attnum
            join pg_attribute b on b.attrelid = f.confrelid and b.attnum = u.refnum
            where redacted is null
            or b.attname = any (redacted)) r
        where f.contype = 'f'
        and f.conparentid = 0
        and f.confrelid = any (tables)
        and r.columns is not null
        union all
        select l.table_oid, '{linked_table,linked_id}', base, '{linked_id}', names || changelog.link_names(tables[1])
        from changelog.link_tables() l
        where l.id_type = 'text'
        and base = (select k.columns from changelog.key_columns(tables[1]) k)
        and (redacted is null or base <@ redacted)
    )
    -- a partition's changes carry the root's oid
    select distinct
        coalesce(pg_partition_root(r.oid)::oid, r.oid), r.columns, r.referred, r.hashed, g.columns, r.formats
    from reference r
    cross join lateral (
        select array(
            select distinct a.attname::text
            from pg_attrdef e
            join pg_attribute a on a.attrelid = e.adrelid and a.attnum = e.adnum and a.attgenerated = 's'
            -- before PostgreSQL 15 the dependency is the column's own
            join pg_depend d
                on (d.classid = 'pg_attrdef'::regclass and d.objid = e.oid
                    or d.classid = 'pg_class'::regclass and d.objid = e.adrelid and d.objsubid = a.attnum)
                and d.refclassid = 'pg_class'::regclass
                and d.refobjid = e.adrelid
                and d.refobjsubid <> a.attnum
            join pg_attribute b on b.attrelid = e.adrelid and b.attnum = d.refobjsubid
            where e.adrelid = r.oid
            and b.attname = any (r.hashed)) as columns) g
$function$;
comment on function changelog.erased_references(oid[], text[], text[], text[]) is
    'Which columns of which tables hold the values of some tables'' redacted columns';
