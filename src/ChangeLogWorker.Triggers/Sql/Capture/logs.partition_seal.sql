-- logs.partition_seal(arguments): the name of the type in schema changelog that exists where ChangeLog itself gave the
-- row trigger of a partition tree these arguments (logs.capture_partition_change): a digest of them all, and the root's
-- oid. 46 digits, for a name has 63 bytes. A type, because names are looked up in the catalog as it is now, whatever
-- snapshot the writer has; no secret, for a cast to json could read what capture can.
-- Inlined, hence no set clause and all in full. Writes nothing, notifies nothing.
create or replace function logs.partition_seal(arguments text[])
    returns text
    language sql
    stable
as $function$
    select pg_catalog.concat(
        'root_',
        pg_catalog.substr(
            pg_catalog.encode(
                pg_catalog.sha256(
                    pg_catalog.convert_to(arguments[:]::pg_catalog.text, pg_catalog.getdatabaseencoding())),
                'hex'),
            1,
            46),
        '_',
        arguments[pg_catalog.array_lower(arguments, 1) operator(pg_catalog.+) 5])
$function$;
comment on function logs.partition_seal(text[]) is
    'The type in schema changelog that exists where ChangeLog gave a partition tree''s row trigger these arguments';
