-- changelog.clock(): milliseconds of the server's clock, as the doorbell counts them.
-- Without a set clause, so that it is inlined. Writes nothing, notifies nothing.
create or replace function changelog.clock()
    returns bigint
    language sql
    volatile
as $function$
    select (pg_catalog.date_part('epoch', pg_catalog.clock_timestamp()) operator(pg_catalog.*) 1000)::bigint
$function$;
comment on function changelog.clock() is 'Milliseconds of the server''s clock, as changelog.awake_until counts them';
