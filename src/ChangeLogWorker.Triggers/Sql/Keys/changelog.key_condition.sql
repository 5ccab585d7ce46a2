-- changelog.key_condition(target, record): an SQL condition on a row r of a table that its key is the text an
-- expression yields, usable with the key's index; a text that is no valid key matches no row. Null if the table is gone
-- or has no key. Writes nothing, notifies nothing.
create or replace function changelog.key_condition(target oid, record text)
    returns text
    language sql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
    select string_agg(
        format(
            'r.%1$I = changelog.canonical(%2$s, %3$L)::%3$s',
            a.attname,
            case
                when cardinality(k.columns) = 1 then record
                else format('changelog.canonical(%s, ''jsonb'')::jsonb ->> %s', record, u.place - 1)
            end,
            changelog.base_type(a.atttypid, a.atttypmod)),
        ' and ')
    from changelog.key_columns(target) k
    cross join unnest(k.columns) with ordinality u (name, place)
    join pg_attribute a on a.attrelid = target and a.attname = u.name
$function$;
comment on function changelog.key_condition(oid, text) is
    'An SQL condition that a row r is the record whose key an expression yields';
