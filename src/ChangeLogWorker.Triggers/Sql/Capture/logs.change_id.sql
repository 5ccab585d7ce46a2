-- logs.change_id(position, number): the id of a change, a version 8 UUID built from its position and the installation's
-- number: unique, ordered like positions, stable. Inlined.
-- Writes nothing, notifies nothing.
create or replace function logs.change_id("position" bigint, number bigint)
    returns uuid
    language sql
    immutable
    parallel safe
as $function$
    select (
        pg_catalog.lpad(pg_catalog.to_hex("position" operator(pg_catalog.>>) 12), 12, '0')
        operator(pg_catalog.||) '8'
        operator(pg_catalog.||) pg_catalog.lpad(pg_catalog.to_hex("position" operator(pg_catalog.&) 4095), 3, '0')
        operator(pg_catalog.||) pg_catalog.to_hex(
            number operator(pg_catalog.|) (-9223372036854775807 operator(pg_catalog.-) 1))
    )::pg_catalog.uuid
$function$;
comment on function logs.change_id(bigint, bigint) is
    'The id of the change at a position; number is changelog.installation.number';
