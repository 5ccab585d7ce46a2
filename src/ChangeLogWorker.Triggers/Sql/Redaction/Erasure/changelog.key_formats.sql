-- changelog.key_formats(target, record): a record id in every format in which the log may hold it: as given, and
-- as the key's types write it (a UUID in lower case, 7 for 007, [1, 2] for [1,2]). The key's types of a dropped table
-- are unknown: what can be a UUID is formatted as one.
-- Writes nothing, notifies nothing.
create or replace function changelog.key_formats(target oid, record text)
    returns text[]
    language sql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
    with key as (
        select array_agg(changelog.base_type(a.atttypid, a.atttypmod) order by u.place) as types
        from changelog.key_columns(target) k
        cross join unnest(k.columns) with ordinality u (name, place)
        join pg_attribute a on a.attrelid = target and a.attname = u.name
    ), part as (
        select
            p.part,
            case
                when jsonb_typeof(p.part) = 'string'
                    then to_jsonb(changelog.canonical(p.part #>> '{}', coalesce(k.types[p.place], 'text')))
            end
                as canonical,
            p.place
        from key k
        cross join changelog.canonical(record, 'jsonb') j (given)
        cross join jsonb_array_elements(
            case when jsonb_typeof(j.given::jsonb) = 'array' then j.given::jsonb else '[]' end)
            with ordinality p (part, place)
        where k.types is null or cardinality(k.types) > 1
    )
    select array(
        select record
        union
        select changelog.canonical(record, coalesce(k.types[1], 'uuid'))
        from key k
        where k.types is null or cardinality(k.types) = 1
        union
        select jsonb_agg(p.part order by p.place)::text
        from part p
        union
        select jsonb_agg(coalesce(p.canonical, p.part) order by p.place)::text
        from part p
        except
        select null)
$function$;
comment on function changelog.key_formats(oid, text) is
    'A record id in every format that the log may hold it in';
