-- changelog.foreign_key_state(): a fingerprint of everything that changelog.follow_foreign_keys depends on: foreign
-- keys, the names of their tables and columns, indexes that could be a referenced table's key, the timelines' roots and
-- tables. Cheap enough to ask for each page: PL/pgSQL, for its cached plan. Writes nothing, notifies nothing.
create or replace function changelog.foreign_key_state()
    returns text
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
    set jit = off
as $function$
begin
    return (
        with foreign_key as materialized (
            select f.oid, f.conrelid, f.confrelid, f.conkey
            from pg_constraint f
            where f.contype = 'f'
            and f.conparentid = 0
        ), referred as materialized (
            select i.indexrelid, i.indrelid, i.indkey, i.indisprimary, i.indisvalid, i.indimmediate
            from pg_index i
            where i.indisunique
            and i.indrelid in (select f.confrelid from foreign_key f)
        ), part (hash) as (
            select hashnameextended(c.relname, hashnameextended(n.nspname, f.oid::bigint))
            from foreign_key f
            join pg_class c on c.oid = f.conrelid
            join pg_namespace n on n.oid = c.relnamespace
            union all
            select hashnameextended(a.attname, a.attrelid::bigint * 2 + a.attnotnull::integer)
            from (
                select f.conrelid, k.attnum from foreign_key f, unnest(f.conkey) k (attnum)
                union all
                select r.indrelid, k.attnum from referred r, unnest(r.indkey::smallint[]) k (attnum)) k (relid, attnum)
            join pg_attribute a on a.attrelid = k.relid and a.attnum = k.attnum
            union all
            select hashint8extended(
                r.indexrelid::bigint, r.indisprimary::integer * 4 + r.indisvalid::integer * 2 + r.indimmediate::integer)
            from referred r
            union all
            select hashtextextended(concat_ws(' ', t.name, t.table_schema, t.table_name, c.oid), 0)
            from changelog.timeline t
            left join pg_namespace n on n.nspname = t.root_schema
            left join pg_class c on c.relnamespace = n.oid and c.relname = t.root_table
        )
        select concat_ws('/', count(*), sum(p.hash))
        from part p);
end
$function$;
comment on function changelog.foreign_key_state() is
    'A fingerprint of what changelog.follow_foreign_keys depends on';
