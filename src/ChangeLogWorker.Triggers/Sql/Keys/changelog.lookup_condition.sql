-- changelog.lookup_condition(target): SQL that compares an id i.id with the key of a row r of a table (same), and tests
-- whether the key can have that id at all (known). castable is a faster test that fails on an invalid id, whereas known
-- tries each id in a subtransaction. Null if the table has no key of the server's own types: comparing others may run
-- code of the application. Writes nothing, notifies nothing.
create or replace function changelog.lookup_condition(
    target oid, out columns text[], out known text, out same text, out castable text)
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
declare
    is_comparable boolean;
begin
    columns := coalesce((select k.columns from changelog.key_columns(target) k), (
        select array_agg(a.attname::text)
        from pg_attribute a
        where a.attrelid = target
        and a.attname = 'id'
        and not a.attisdropped));
    select
        bool_and(b.oid is not null),
        string_agg(
            case
                when b.oid is null then null
                when b.typcategory = 'S' then format('%s is not null', v.value)
                else format('changelog.canonical(%s, %L) is not null', v.value, format('pg_catalog.%I', b.typname))
            end,
            ' and '),
        string_agg(
            case when b.oid is not null then format('(%s)::pg_catalog.%I is not null', v.value, b.typname) end,
            ' and '),
        string_agg(
            case when b.oid is not null then format('r.%I = (%s)::pg_catalog.%I', a.attname, v.value, b.typname) end,
            ' and ')
    into is_comparable, known, castable, same
    from unnest(columns) with ordinality k (name, place)
    join pg_attribute a on a.attrelid = target and a.attname = k.name
    join pg_type d on d.oid = a.atttypid
    left join pg_type b
        on b.oid = coalesce(nullif(d.typbasetype, 0), d.oid)
        and b.typnamespace = 'pg_catalog'::regnamespace
        and b.typtype = 'b'
    cross join lateral (
        select case
            when cardinality(columns) = 1 then 'i.id'
            else format('i.id::pg_catalog.jsonb ->> %s', k.place - 1)
        end) v (value);
    if is_comparable is not true then
        columns := null;
        known := null;
        same := null;
        castable := null;
    elsif cardinality(columns) > 1 then
        known := format('case when changelog.canonical(i.id, %L) is not null then %s end', 'pg_catalog.jsonb', known);
    end if;
end
$function$;
comment on function changelog.lookup_condition(oid) is
    'How to compare an id with a table''s key; null if that would run the application''s code';
