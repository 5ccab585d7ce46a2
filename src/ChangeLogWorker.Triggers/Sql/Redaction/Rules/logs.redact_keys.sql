-- logs.redact_keys(content, rules): a JSON value without the raw values of the keys that rules name, at any depth.
-- rules: [{"key": regular expression, "way": ..., "skips_plain": true}], as changelog.key_rules returns them; the first
-- match wins. Works level by level, down and up again, the way up as text: a call for each object took 25 us, and
-- building jsonb from jsonb 5 more. Anything deeper than 50 levels is masked whole: each level is another copy, and no
-- write may fail for it. Writes nothing, notifies nothing.
create or replace function logs.redact_keys(content jsonb, rules jsonb, depth integer default 0)
    returns jsonb
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
    set jit = off
    set plan_cache_mode = force_generic_plan
as $function$
declare
    -- the objects and arrays by level, each level in its parents' order, and where each level begins
    nodes jsonb[] := '{}';
    starts integer[] := '{}';
    level jsonb[] := array[content];
    texts text[];
    names text[] := '{}';
    -- for each key: its method, and the method for its booleans and numbers
    ways jsonb;
    plain_ways jsonb;
    few text[];
begin
    if (jsonb_typeof(content) in ('object', 'array')) is not true then
        return content;
    end if;
    if depth > 50 then
        return '"[redacted]"';
    end if;
    while cardinality(level) > 0 and depth + cardinality(starts) <= 50 loop
        starts := starts || cardinality(nodes) + 1;
        nodes := nodes || level;
        names := names || array(
            select distinct k.name
            from unnest(level) c (value)
            cross join lateral jsonb_object_keys(
                case when jsonb_typeof(c.value) = 'object' then c.value else '{}' end) k (name));
        level := array(
            select e.value
            from unnest(level) with ordinality c (value, nth)
            cross join lateral (
                select o.value, o.place
                from jsonb_each(c.value) with ordinality o (key, value, place)
                where jsonb_typeof(c.value) = 'object'
                union all
                select a.value, a.place
                from jsonb_array_elements(c.value) with ordinality a (value, place)
                where jsonb_typeof(c.value) = 'array') e
            where jsonb_typeof(e.value) in ('object', 'array')
            order by c.nth, e.place);
    end loop;

    select
        coalesce(jsonb_object_agg(w.name, w.way), '{}'),
        coalesce(jsonb_object_agg(w.name, w.plain_way) filter (where w.plain_way is not null), '{}'),
        case when count(*) <= 10 then array_agg(w.name) end
    into ways, plain_ways, few
    from (
        select
            n.name,
            (
                select r.rule ->> 'way'
                from jsonb_array_elements(rules) with ordinality r (rule, place)
                where n.name ~* (r.rule ->> 'key')
                order by r.place
                limit 1) as way,
            (
                select r.rule ->> 'way'
                from jsonb_array_elements(rules) with ordinality r (rule, place)
                where not r.rule ? 'skips_plain'
                and n.name ~* (r.rule ->> 'key')
                order by r.place
                limit 1) as plain_way
        from (select distinct u.name from unnest(names) u (name)) n
        offset 0) w
    where w.way is not null;
    if ways = '{}' and cardinality(level) = 0 then
        return content;
    end if;

    for i in reverse cardinality(starts) .. 1 loop
        if i = cardinality(starts) and cardinality(level) = 0 then
            -- only plain values in them
            texts := array(
                select case
                    when jsonb_typeof(c.value) = 'array' or few is not null and not c.value ?| few then c.value::text
                    else (
                        select '{' || coalesce(string_agg(
                            to_json(e.key)::text || ': ' || case
                                when e.way is null or jsonb_typeof(e.value) = 'null' then e.value::text
                                when e.way = 'mask' then '"[redacted]"'
                                else logs.redact_value(e.value, e.way)::text
                            end,
                            ', '), '') || '}'
                        from (
                            select
                                o.key,
                                o.value,
                                case
                                    when jsonb_typeof(o.value) in ('boolean', 'number') then plain_ways ->> o.key
                                    else ways ->> o.key
                                end as way
                            from jsonb_each(c.value) o
                            offset 0) e
                        where e.way is distinct from 'omit')
                end
                from unnest(nodes[starts[i]:]) with ordinality c (value, nth)
                order by c.nth);
        else
            -- every child is now text, in the same order; one without text is too deep
            texts := array(
                select case
                    when e.is_object
                        then '{' || coalesce(
                            string_agg(
                                to_json(e.key)::text || ': ' || case
                                    when e.way is not null then logs.redact_value(e.value, e.way)::text
                                    when e.is_open then coalesce(texts[e.place_below], '"[redacted]"')
                                    else e.value::text
                                end,
                                ', ') filter (where e.key is not null and e.way is distinct from 'omit'),
                            '') || '}'
                    else '[' || coalesce(
                        string_agg(
                            case
                                when e.is_open then coalesce(texts[e.place_below], '"[redacted]"')
                                else e.value::text
                            end,
                            ', ' order by e.place) filter (where e.value is not null),
                        '') || ']'
                end
                from (
                    select
                        m.*,
                        (count(*) filter (where m.is_open)
                            over (order by m.nth, m.place rows unbounded preceding))::integer as place_below
                    from (
                        select
                            c.nth,
                            jsonb_typeof(c.value) = 'object' as is_object,
                            m.key,
                            m.value,
                            m.place,
                            jsonb_typeof(m.value) in ('object', 'array') as is_open,
                            case
                                when jsonb_typeof(m.value) in ('boolean', 'number') then plain_ways ->> m.key
                                else ways ->> m.key
                            end as way
                        from unnest(nodes[starts[i]:coalesce(starts[i + 1] - 1, cardinality(nodes))])
                            with ordinality c (value, nth)
                        left join lateral (
                            select o.key, o.value, o.place
                            from jsonb_each(c.value) with ordinality o (key, value, place)
                            where jsonb_typeof(c.value) = 'object'
                            union all
                            select null, a.value, a.place
                            from jsonb_array_elements(c.value) with ordinality a (value, place)
                            where jsonb_typeof(c.value) = 'array') m on true
                        -- not joined before the sort, which would copy the whole for each part
                        offset 0) m) e
                group by e.nth, e.is_object
                order by e.nth);
        end if;
    end loop;
    return texts[1]::jsonb;
end
$function$;
comment on function logs.redact_keys(jsonb, jsonb, integer) is
    'A JSON value without the raw values of certain keys, at any depth';
