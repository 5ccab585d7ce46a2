-- logs.record_key(row_data, columns): the identity of a record with a key of several columns: their values as a JSON
-- array in the key's order. Writes nothing, notifies nothing. Pins nothing itself, like logs.write_change.
create or replace function logs.record_key(row_data jsonb, columns text[])
    returns text
    language sql
    immutable
as $function$
    select jsonb_agg(row_data -> c.name order by c.place)::text
    from unnest(columns) with ordinality c (name, place)
$function$;
comment on function logs.record_key(jsonb, text[]) is 'A composite key as text: [1, "a"]';
