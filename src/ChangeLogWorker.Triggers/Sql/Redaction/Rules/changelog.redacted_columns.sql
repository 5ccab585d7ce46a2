-- changelog.redacted_columns: every column that the rules redact, by which rule and method; for a partition tree, the
-- root's. A rule for a table also applies to tables that inherit from it. A rule with When comes as a row of its own,
-- before the rule that applies where its column is false; without a stored boolean of that name it applies to every
-- row. A column that refers to a redacted one through any number of foreign keys holds the same value: it is always
-- hashed, as in that record's identity, and so still leads to it. A stored generated column that depends on a redacted
-- one is masked, and so is a column of ranges whose text contains a row or JSON (changelog.text_columns). With an oid,
-- that table only (changelog.target_tables); "offset 0": see changelog.ddl_reach. Writes nothing, notifies nothing.
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
declare
    relations oid[];
    keys oid[];
    found_keys oid[];
    reached oid[];
begin
    -- the table, what it refers to, and by which keys
    relations := changelog.target_tables(target);
    keys := array(
        select f.oid
        from pg_constraint f
        where target is null
          and f.contype = 'f'
          and f.conparentid = 0);
    reached := array[target];
    while target is not null loop
        select array_agg(f.oid), array_agg(distinct coalesce(pg_partition_root(f.confrelid)::oid, f.confrelid))
        into found_keys, reached
        from unnest(reached) r (oid)
        join pg_constraint f
          on f.conrelid = any (array(select p.relid::oid from pg_partition_tree(r.oid) p) || r.oid)
         and f.contype = 'f'
         and f.conparentid = 0;
        reached := array(select r.oid from unnest(reached) r (oid) where r.oid <> all (relations));
        keys := keys || found_keys;
        relations := relations || reached;
        exit when reached = '{}';
    end loop;
    -- almost always true, and faster than starting the query below
    if not exists (
        select
        from unnest(relations) r (oid)
        join pg_attribute a on a.attrelid = r.oid and a.attnum > 0
        where a.atttypid >= 16384
           or exists (
               select
               from changelog.redaction_rule d
               where not d.is_off
                 and a.attname::text collate "default" ~* d.key_expression))
    then
        return;
    end if;

    return query
    with recursive rule as materialized (
        select *
        from changelog.redaction_rule
        where not is_off
    ), foreign_key as materialized (
        -- including those of and to partitions
        select f.conrelid,
               f.conkey,
               f.confrelid,
               f.confkey,
               coalesce(pg_partition_root(f.conrelid)::oid, f.conrelid) as child,
               coalesce(pg_partition_root(f.confrelid)::oid, f.confrelid) as parent
        from unnest(keys) k (oid)
        join pg_constraint f on f.oid = k.oid
    ), lineage as (
        select c.oid, c.oid as ancestor
        from unnest(relations) r (oid)
        join pg_class c on c.oid = r.oid
        where c.relkind in ('r', 'p')
          and not c.relispartition
        union
        select l.oid, i.inhparent
        from lineage l
        cross join lateral (
            select i.inhparent
            from pg_inherits i
            where i.inhrelid = l.ancestor
            offset 0) i
    ), bearing as materialized (
        select l.oid, n.nspname, c.relname
        from lineage l
        cross join lateral (
            select c.relname, c.relnamespace
            from pg_class c
            where c.oid = l.ancestor
            offset 0) c
        join pg_namespace n on n.oid = c.relnamespace
        where not changelog.is_internal(n.nspname, c.relname)
    ), ruled as (
        select b.oid, r.*
        from bearing b
        join rule r on b.nspname like r.schema_like and b.relname like r.table_like
    ), matched as (
        select a.attrelid,
               a.attnum,
               a.attname::text as name,
               r.way,
               w.attname::text as when_column,
               r.place,
               r.skips_plain
        from ruled r
        join pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated <> 'v'
        join pg_type t on t.oid = a.atttypid
        left join pg_attribute w
          on w.attrelid = r.oid
         and w.attname = r.when_column
         and w.atttypid = 'boolean'::regtype
         and w.attgenerated <> 'v'
         and not w.attisdropped
        -- a name's own collation ignores case only from a to z
        where a.attname::text collate "default" ~* r.key_expression
          and not (r.skips_plain and t.typcategory in ('B', 'N'))
        union
        -- the first matching rule wins
        select x.table_oid, x.number, x.column_name collate "C", 'mask', null, min(r.place), false
        from changelog.text_columns(redacted_columns.target) x
        join ruled r on r.oid = x.table_oid
        where r.when_column is null
        group by x.table_oid, x.number, x.column_name
    ), named as materialized (
        select m.*
        from (
            select
                n.*,
                min(n.place) filter (where n.when_column is null)
                    over (partition by n.attrelid, n.attnum) as last_place
            from matched n) m
        where m.place <= coalesce(m.last_place, m.place)
    ), held as (
        select n.attrelid, n.attnum, n.name, n.way, n.when_column, n.place, n.skips_plain
        from named n
        union
        select x.*
        from held h
        cross join lateral (
            select f.child, a.attnum, a.attname::text, 'hash', null::text, h.place, h.skips_plain
            from foreign_key f
            cross join unnest(f.conkey, f.confkey) k (attnum, refnum)
            join pg_attribute o on o.attrelid = f.confrelid and o.attnum = k.refnum and o.attname = h.name
            -- a partition's column numbers may differ from its root's
            join pg_attribute p on p.attrelid = f.conrelid and p.attnum = k.attnum
            join pg_attribute a on a.attrelid = f.child and a.attname = p.attname
            where f.parent = h.attrelid
            union all
            select h.attrelid, a.attnum, a.attname::text, 'mask', h.when_column, h.place, h.skips_plain
            from pg_attrdef e
            -- before PostgreSQL 15 the dependency is the column's own
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
            where o.attrelid = x.child
              and o.attnum = x.attnum
              and o.when_column is null)
    )
    select distinct on (h.attrelid, h.attnum, h.when_column) h.attrelid, h.attnum, h.name, h.way, h.when_column, h.place
    from held h
    where h.attrelid between coalesce(redacted_columns.target, 0) and coalesce(redacted_columns.target, 4294967295)
    order by h.attrelid, h.attnum, h.when_column, h.place;
end
$function$;
comment on function changelog.redacted_columns(oid)
    is 'Every redacted column and its rules: those with when_column come before the one without';
