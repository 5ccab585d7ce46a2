-- logs.index_key(key): a record's identity as derived tables hold it: itself, or its SHA-256 where it is too long for
-- an index entry, so that no key of the application makes a handler fail. Inlined.
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
                -- there a text may be any bytes
                case pg_catalog.getdatabaseencoding() when 'SQL_ASCII' then 'SQL_ASCII' else 'UTF8' end)),
            'hex')
    end
$function$;
