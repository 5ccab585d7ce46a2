-- logs.index_key(key): a record's identity in derived tables: the key, or its SHA-256 if it is too long for an index
-- entry, so that no key of the application makes a handler fail. Inlined. Writes nothing, notifies nothing.
create or replace function logs.index_key(key text)
    returns text
    language sql
    stable
    parallel safe
as $function$
    select case
        when pg_catalog.octet_length(key) <= 1000 then key
        else 'sha256:' operator(pg_catalog.||) pg_catalog.encode(
            pg_catalog.sha256(pg_catalog.convert_to(
                key,
                -- text may be any bytes there
                case pg_catalog.getdatabaseencoding() when 'SQL_ASCII' then 'SQL_ASCII' else 'UTF8' end)),
            'hex')
    end
$function$;
