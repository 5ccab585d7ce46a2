-- changelog.referring_columns(tables, expression): what holds the value of a column of these tables that the expression
-- names: foreign key columns, of other tables and of these, and generated columns that depend on such a column. way:
-- see capture. Writes nothing, notifies nothing.
create or replace function changelog.referring_columns(tables oid[], expression text)
    returns table (table_oid oid, table_name text, column_name text, way text)
    language sql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
    select f.conrelid, n.nspname || '.' || c.relname, a.attname::text, 'hash'
    from pg_constraint f
    join pg_class c on c.oid = f.conrelid
    join pg_namespace n on n.oid = c.relnamespace
    cross join unnest(f.conkey, f.confkey) u (attnum, refnum)
    join pg_attribute a on a.attrelid = f.conrelid and a.attnum = u.attnum
    join pg_attribute b on b.attrelid = f.confrelid and b.attnum = u.refnum
    where f.contype = 'f'
    and f.conparentid = 0
    and f.confrelid = any (tables)
    and b.attname::text collate "default" ~* expression
    union
    select c.oid, n.nspname || '.' || c.relname, a.attname::text, 'mask'
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    join pg_attrdef e on e.adrelid = c.oid
    join pg_attribute a on a.attrelid = c.oid and a.attnum = e.adnum and a.attgenerated = 's'
    -- before PostgreSQL 15 the dependency is the column's own
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
comment on function changelog.referring_columns(oid[], text) is 'What holds the value of a column that is redacted';
