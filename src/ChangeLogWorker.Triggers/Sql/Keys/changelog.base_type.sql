-- changelog.base_type(type, modifier): a column's type as SQL writes it, for a domain its base type: a key look-up must
-- not run a domain's checks.
-- Writes nothing, notifies nothing.
create or replace function changelog.base_type(type oid, modifier integer)
    returns text
    language sql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
    with recursive step as (
        select base_type.type, base_type.modifier
        union all
        select t.typbasetype, t.typtypmod
        from step s
        join pg_type t on t.oid = s.type
        where t.typtype = 'd'
    )
    select format_type(s.type, s.modifier)
    from step s
    join pg_type t on t.oid = s.type
    where t.typtype <> 'd'
$function$;
comment on function changelog.base_type(oid, integer) is
    'A column''s type as SQL writes it, for a domain its base type';
