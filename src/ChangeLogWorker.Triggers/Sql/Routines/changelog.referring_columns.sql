-- changelog.referring_columns(tables, expression): the foreign keys of other tables, and of these, that hold what a redacted column
-- of these holds: of a column that the expression names; without one, each that a record's key or another of its values stands
-- in, and that column. refers_to is null where it is the record's identity. With an expression also generated columns that are
-- made of such a column. way is that of capture. Writes nothing, notifies nothing.
create or replace function changelog.referring_columns(tables oid[], expression text)
    returns table (table_oid oid, table_name text, columns text[], refers_to text, way text)
    language sql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
    select distinct
        f.conrelid,
        n.nspname || '.' || c.relname,
        case when expression is null then r.columns else array[p.name] end,
        case when expression is null and (r.keys = k.columns) is not true then r.keys[1] end,
        'hash'
    from pg_constraint f
    join pg_class c on c.oid = f.conrelid
    join pg_namespace n on n.oid = c.relnamespace
    cross join changelog.key_columns(f.confrelid) k
    cross join lateral (
        select
            array_agg(a.attname::text order by array_position(k.columns, b.attname::text), u.place) as columns,
            array_agg(b.attname::text order by array_position(k.columns, b.attname::text), u.place) as keys
        from unnest(f.conkey, f.confkey) with ordinality u (attnum, refnum, place)
        join pg_attribute a on a.attrelid = f.conrelid and a.attnum = u.attnum
        join pg_attribute b on b.attrelid = f.confrelid and b.attnum = u.refnum) r
    cross join lateral unnest(r.columns, r.keys) p (name, referred)
    where f.contype = 'f'
    and f.conparentid = 0
    and f.confrelid = any (tables)
    and case
        when expression is null then cardinality(r.columns) = 1 or r.keys = k.columns
        else p.referred collate "default" ~* expression
    end
    union
    select c.oid, n.nspname || '.' || c.relname, array[a.attname::text], null, 'mask'
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    join pg_attrdef e on e.adrelid = c.oid
    join pg_attribute a on a.attrelid = c.oid and a.attnum = e.adnum and a.attgenerated = 's'
    -- before PostgreSQL 15 it is the column itself that depends on another
    join pg_depend d
        on (d.classid = 'pg_attrdef'::regclass and d.objid = e.oid
            or d.classid = 'pg_class'::regclass and d.objid = c.oid and d.objsubid = a.attnum)
        and d.refclassid = 'pg_class'::regclass
        and d.refobjid = c.oid
        and d.refobjsubid <> a.attnum
    join pg_attribute b on b.attrelid = c.oid and b.attnum = d.refobjsubid
    where c.oid = any (tables)
    and b.attname::text collate "default" ~* expression
$function$;
comment on function changelog.referring_columns(oid[], text) is 'Which columns of foreign keys hold what a redacted column holds';
