-- changelog.own_function_obstacle(target, kind, types, key_treatment, virtual, redaction): why a table cannot have a
-- row trigger function of its own (changelog.capture_source) and keeps a general one, which may capture any row: all
-- reasons, for status. Null if it can. types: changelog.component_types of its columns; redaction: argument 8 of its
-- trigger (logs.write_change). The only place that decides this.
-- Writes nothing, notifies nothing.
create or replace function changelog.own_function_obstacle(
    target oid, kind "char", types oid[], key_treatment text, virtual text[], redaction jsonb)
    returns text
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
    set jit = off
    set quote_all_identifiers = off
as $function$
declare
    columns integer;
    found text[];
begin
    if kind = 'p' then
        found := array['partition tree'];
    end if;
    if not changelog.follows_ddl() then
        found := found || 'DDL is not followed at once (no event triggers)'::text;
    end if;
    select count(*)
    into columns
    from pg_attribute a
    where a.attrelid = target
      and a.attnum > 0
      and not a.attisdropped;
    if columns = 0 then
        found := found || 'no columns'::text;
    elsif columns > 100 then
        found := found || format('%s columns, more than 100', columns);
    end if;
    if virtual is not null then
        found := found || ('virtual column: ' || array_to_string(virtual, ', '));
    end if;
    if redaction is not null then
        found := found || array(
            select format('redaction by %s: %s', r.how, string_agg(distinct r.name, ', '))
            from (
                select e.rule ->> 'column' as name, concat_ws(' where ', e.rule ->> 'way', e.rule ->> 'when') as how
                from jsonb_array_elements(redaction) e (rule)) r
            where r.how <> 'mask'
            group by r.how
            order by r.how);
    end if;
    if starts_with(key_treatment, '=') then
        found := found || (
            select 'key whose text depends on settings: ' || string_agg(format('%s (%s)', k.key, k.value), ', ')
            from jsonb_each_text(substr(split_part(key_treatment, chr(10), 1), 2)::jsonb) k);
        key_treatment := split_part(key_treatment, chr(10), 2);
    end if;
    if key_treatment <> '' then
        found := found || ('redaction in the key: ' || array_to_string(key_treatment::text[], ', '));
    end if;
    -- a cast of the server's own types runs no user's code
    if exists (
        select
        from pg_cast c
        where c.castsource = any (types)
          and c.castsource >= 16384
          and c.casttarget in ('json'::regtype, 'jsonb'::regtype))
    then
        found := found || array(
            select format('type %s with a cast to %s: %s',
                format_type(c.castsource, null),
                format_type(c.casttarget, null),
                string_agg(a.attname, ', ' order by a.attnum))
            from pg_attribute a
            cross join changelog.component_types(array[a.atttypid]) t (oid)
            join pg_cast c on c.castsource = t.oid
            where a.attrelid = target
              and a.attnum > 0
              and not a.attisdropped
              and c.castsource >= 16384
              and c.casttarget in ('json'::regtype, 'jsonb'::regtype)
            group by c.castsource, c.casttarget
            order by min(a.attnum), 1);
    end if;
    return array_to_string(found, '; ');
end
$function$;
comment on function changelog.own_function_obstacle(oid, "char", oid[], text, text[], jsonb) is
    'Why a table cannot have a row trigger function of its own; null if it can';
