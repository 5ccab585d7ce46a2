-- changelog.timeline_entry_id(number, timeline, position, root_id): the id of an entry, a UUID (version 8) derived from
-- its source: the same whoever writes it, and however often. number is the installation's. Inlined.
-- Writes nothing, notifies nothing.
create or replace function changelog.timeline_entry_id(number bigint, timeline text, "position" bigint, root_id text)
    returns uuid
    language sql
    stable
    parallel safe
as $function$
    select pg_catalog.overlay(
        pg_catalog.overlay(
            pg_catalog.substr(
                pg_catalog.encode(
                    pg_catalog.sha256(pg_catalog.convert_to(
                        pg_catalog.concat_ws('/', number, "position", root_id, timeline),
                        -- text may be any bytes there
                        case pg_catalog.getdatabaseencoding() when 'SQL_ASCII' then 'SQL_ASCII' else 'UTF8' end)),
                    'hex'),
                1, 32),
            '8', 13),
        'a', 17)::pg_catalog.uuid
$function$;
comment on function changelog.timeline_entry_id(bigint, text, bigint, text) is
    'The id of a timeline''s entry: the same whenever it is derived';
