-- logs.partition_seal(arguments): the name of a type in schema changelog that exists if ChangeLog itself gave a
-- partition tree's row trigger these arguments (logs.capture_partition_change): a digest of them and the root's oid,
-- cut to 46 digits to fit 63 bytes. A type, because catalog look-ups ignore the writer's snapshot; not a secret, which
-- a cast to json could read. Inlined: no set clause, all names qualified. Writes nothing, notifies nothing.
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
