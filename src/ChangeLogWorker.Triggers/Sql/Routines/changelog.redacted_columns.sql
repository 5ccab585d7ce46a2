-- changelog.redacted_columns: every column that is redacted as the rules stand, by which of them and in which way; of a
-- partition tree its root's. A rule with When has a row of its own before that of the rule that holds where its column is
-- false; in a table without a stored boolean of that name it holds for every row. A column that refers to a
-- redacted one by a foreign key, in any number of steps, holds the same value: it is hashed, and so still leads to the record.
-- A stored generated column that is made of a redacted one is masked. With an oid, that table only.
-- Writes nothing, notifies nobody.
create or replace function changelog.redacted_columns(target oid default null)
returns table (
    table_oid oid,
    number smallint,
    column_name text,
    way text,
    when_column text,
    place integer
)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set jit = off
as $function$
#variable_conflict use_column
begin
    return query
    with recursive rule as materialized (
        select *
        from changelog.redaction_rule
        where not is_off
    ), above as (
        select redacted_columns.target as relid
        union
        select f.confrelid
        from above a
        join pg_constraint f on f.conrelid = a.relid and f.contype = 'f'
    ), matched as (
        select a.attrelid,
               a.attnum,
               a.attname::text as name,
               r.way,
               w.attname::text as when_column,
               r.place,
               r.skips_plain
        from pg_class c
        join pg_namespace n on n.oid = c.relnamespace
        join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated <> 'v'
        join pg_type t on t.oid = a.atttypid
        join rule r
          on a.attname::text ~* r.key_expression
         and n.nspname like r.schema_like
         and c.relname like r.table_like
         and not (r.skips_plain and t.typcategory in ('B', 'N'))
        left join pg_attribute w
          on w.attrelid = c.oid
         and w.attname = r.when_column
         and w.atttypid = 'boolean'::regtype
         and w.attgenerated <> 'v'
         and not w.attisdropped
        where (redacted_columns.target is null or c.oid in (select a.relid from above a))
          and c.relkind in ('r', 'p')
          and not c.relispartition
          and not changelog.is_left_out(n.nspname)
    ), named as materialized (
        select m.*
        from (
            select n.*, min(n.place) filter (where n.when_column is null) over (partition by n.attrelid, n.attnum) as last_place
            from matched n) m
        where m.place <= coalesce(m.last_place, m.place)
    ), reference as materialized (
        -- pg_constraint has no index on the table that is referred to
        select f.conrelid, k.attnum, f.confrelid, k.refnum
        from pg_constraint f
        cross join unnest(f.conkey, f.confkey) k (attnum, refnum)
        where f.contype = 'f'
          and f.conparentid = 0
    ), held as (
        select n.attrelid, n.attnum, n.name, n.way, n.when_column, n.place, n.skips_plain
        from named n
        union
        select x.*
        from held h
        cross join lateral (
            select f.conrelid, a.attnum, a.attname::text, 'hash', null::text, h.place, h.skips_plain
            from reference f
            join pg_attribute a on a.attrelid = f.conrelid and a.attnum = f.attnum
            where f.confrelid = h.attrelid
              and f.refnum = h.attnum
              and h.when_column is null
            union all
            select h.attrelid, a.attnum, a.attname::text, 'mask', h.when_column, h.place, h.skips_plain
            from pg_attrdef e
            -- before PostgreSQL 15 it is the column itself that depends on another
            join pg_depend d
                on d.classid = 'pg_attrdef'::regclass and d.objid = e.oid
                or d.classid = 'pg_class'::regclass and d.objid = e.adrelid and d.objsubid = e.adnum
            join pg_attribute a on a.attrelid = e.adrelid and a.attnum = e.adnum and a.attgenerated = 's'
            join pg_type t on t.oid = a.atttypid
            where e.adrelid = h.attrelid
              and d.refclassid = 'pg_class'::regclass
              and d.refobjid = h.attrelid
              and d.refobjsubid = h.attnum
              and a.attnum <> h.attnum
              and not (h.skips_plain and t.typcategory in ('B', 'N'))) x
        where not exists (
            select
            from named o
            where o.attrelid = x.conrelid
              and o.attnum = x.attnum
              and o.when_column is null)
    )
    select distinct on (h.attrelid, h.attnum, h.when_column) h.attrelid, h.attnum, h.name, h.way, h.when_column, h.place
    from held h
    where h.attrelid between coalesce(redacted_columns.target, 0) and coalesce(redacted_columns.target, 4294967295)
    order by h.attrelid, h.attnum, h.when_column, h.place;
end
$function$;
comment on function changelog.redacted_columns(oid) is 'Every column that is redacted, and by which rule: those with when_column stand before the one without';
