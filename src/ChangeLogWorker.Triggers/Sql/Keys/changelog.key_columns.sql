-- changelog.key_columns: the columns that tell a table's rows apart, in key order, or null.
-- The rule: id where id alone is unique; else the primary key; else the oldest unique index that can be relied on
-- (immediate, not partial, no expressions, every column NOT NULL: a NOT VALID constraint promises nothing of old rows).
-- Writes nothing, notifies nothing. Without settings of its own, so that it is inlined.
create or replace function changelog.key_columns(target oid)
returns table (columns text[])
language sql
stable
as $function$
    with rated as (
        select i.indexrelid,
               i.indkey::int2[] as columns,
               i.indnkeyatts,
               case
                   when i.indimmediate and i.indnkeyatts = 1 and f.attname = 'id' then 0
                   when i.indisprimary then 1
                   when i.indimmediate and not exists (
                       select
                       from pg_catalog.unnest(i.indkey::int2[]) with ordinality as k (attnum, ord)
                       join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
                       where k.ord <= i.indnkeyatts
                         and (not a.attnotnull or exists (
                             select
                             from pg_catalog.pg_constraint c
                             where c.conrelid = i.indrelid
                               and c.contype = 'n'
                               and not c.convalidated
                               and a.attnum = any (c.conkey)
                         ))
                   ) then 2
               end as rank
        from pg_catalog.pg_index i
        join pg_catalog.pg_attribute f on f.attrelid = i.indrelid and f.attnum = i.indkey[0]
        where i.indrelid = target
          and (i.indisunique or i.indisprimary)
          and i.indisvalid
          and i.indpred is null
          and i.indexprs is null
    ), best as (
        select *
        from rated
        where rank is not null
        order by rank, indexrelid
        limit 1
    )
    select pg_catalog.array_agg(a.attname::text order by k.ord)
    from best b
    cross join pg_catalog.unnest(b.columns) with ordinality as k (attnum, ord)
    join pg_catalog.pg_attribute a on a.attrelid = target and a.attnum = k.attnum
    where k.ord <= b.indnkeyatts
$function$;
