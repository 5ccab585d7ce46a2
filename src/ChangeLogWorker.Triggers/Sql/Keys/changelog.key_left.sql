-- changelog.key_left(row_data, previous_data, columns): the record_id that a row had before an update changed its key;
-- null if it kept it, or if the log masks it. Writes nothing, notifies nothing. Without settings of its own, so that it
-- is inlined.
create or replace function changelog.key_left(row_data jsonb, previous_data jsonb, columns text[])
    returns text
    language sql
    immutable
    parallel safe
as $function$
    select case
        when previous_data operator(pg_catalog.?|) columns
            and not exists (
                select
                from pg_catalog.unnest(columns) k (name)
                where row_data operator(pg_catalog.||) previous_data operator(pg_catalog.->>) k.name
                    operator(pg_catalog.=) '[redacted]')
            then changelog.key_of(row_data operator(pg_catalog.||) previous_data, columns)
    end
$function$;
comment on function changelog.key_left(jsonb, jsonb, text[]) is 'The record_id that a row had before an update';
