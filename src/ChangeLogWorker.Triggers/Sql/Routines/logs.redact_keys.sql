-- logs.redact_keys(content, rules): a JSON value without the raw values of the keys that rules name, at any depth.
-- rules: [{"key": regular expression, "way": ..., "skips_plain": true}], as changelog.key_rules makes them; of a key the first
-- holds. What lies deeper than 50 levels is masked whole: the server's stack is not endless, and no write may fail for it.
-- Writes nothing, notifies nothing.
create or replace function logs.redact_keys(content jsonb, rules jsonb, depth integer default 0)
    returns jsonb
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
begin
    if (jsonb_typeof(content) in ('object', 'array')) is not true then
        return content;
    end if;
    if depth > 50 then
        return '"[redacted]"';
    end if;
    if jsonb_typeof(content) = 'array' then
        return (
            select coalesce(jsonb_agg(logs.redact_keys(e.value, rules, depth + 1) order by e.place), '[]')
            from jsonb_array_elements(content) with ordinality e (value, place));
    end if;
    return (
        select coalesce(
            jsonb_object_agg(
                e.key,
                case
                    when e.way is null then logs.redact_keys(e.value, rules, depth + 1)
                    else logs.redact_value(e.value, e.way)
                end),
            '{}')
        from (
            select
                o.key,
                o.value,
                (
                    select r.rule ->> 'way'
                    from jsonb_array_elements(rules) with ordinality r (rule, place)
                    where o.key ~* (r.rule ->> 'key')
                    and not (r.rule ? 'skips_plain' and jsonb_typeof(o.value) in ('boolean', 'number'))
                    order by r.place
                    limit 1) as way
            from jsonb_each(content) o
            offset 0) e
        where e.way is distinct from 'omit');
end
$function$;
comment on function logs.redact_keys(jsonb, jsonb, integer) is 'A JSON value without the raw values of certain keys, at any depth';
