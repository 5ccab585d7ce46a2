-- lib_event.is_reserved(event_type): whether a type looks like one of ChangeLog's own, which begin with changelog.
-- Full-width letters count as letters, and invisible characters do not count. Types can be normalised only in UTF-8; in
-- any other encoding characters beyond ASCII are ignored. Writes nothing, notifies nothing.
create or replace function lib_event.is_reserved(event_type text)
    returns boolean
    language plpgsql
    stable
    strict
    parallel safe
    set search_path = pg_catalog, pg_temp
as $function$
declare
    seen text := event_type;
    unseen text;
begin
    if seen ~ '[^ -~]' then
        if getdatabaseencoding() = 'UTF8' then
            -- controls, combining marks, fillers, separators, format characters, variation selectors, tags
            select string_agg(chr(r.first) || '-' || chr(r.last), '')
            into unseen
            from (values
                (1, 31), (127, 159), (173, 173), (768, 879), (1155, 1161), (1536, 1541), (1564, 1564), (1757, 1757),
                (1807, 1807), (2192, 2193), (2274, 2274), (4447, 4448), (5760, 5760), (6068, 6069), (6155, 6159),
                (6832, 6911), (7616, 7679), (8203, 8207), (8232, 8238), (8288, 8303), (8400, 8447), (10240, 10240),
                (12644, 12644), (65024, 65039), (65056, 65071), (65279, 65279), (65440, 65440), (65520, 65531),
                (69821, 69821), (69837, 69837), (78896, 78911), (113824, 113827), (119155, 119162), (917504, 921599)
            ) as r (first, last);
            seen := regexp_replace(normalize(seen, nfkc), '[' || unseen || ']', '', 'g');
        else
            seen := regexp_replace(seen, '[^ -~]', '', 'g');
        end if;
    end if;
    return seen ~* '^ *changelog *[.]';
end
$function$;
comment on function lib_event.is_reserved(text) is 'Whether only ChangeLog may create events of a type';
