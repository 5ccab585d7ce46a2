-- changelog.key_of(data, columns): the record that a row's foreign key refers to, as a record_id; null if it refers to
-- none. Inlined. Writes nothing, notifies nothing.
create or replace function changelog.key_of(data jsonb, columns text[])
    returns text
    language sql
    immutable
    parallel safe
as $function$
    select case
        when pg_catalog.cardinality(columns) operator(pg_catalog.=) 1 then data operator(pg_catalog.->>) columns[1]
        else logs.composite_key(data, columns)
    end
$function$;
comment on function changelog.key_of(jsonb, text[]) is 'The record that a foreign key of a row points to; null: none';
