-- changelog.redact_states(states, redaction): the states of a record in an application's own entry in
-- platform.audit_logs, each a row or an array of rows, redacted as the log redacts rows of that table
-- (changelog.redaction_of). Applications spell columns as they like, so names are compared like keys: case, hyphens and
-- underscores do not matter. A column for "when" counts as true if any state has it true, or one of them leaves it out.
-- Everything but redacted columns is searched for keys, at any depth. Writes nothing, notifies nothing.
create or replace function changelog.redact_states(states jsonb, redaction jsonb)
    returns jsonb
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
    set jit = off
as $function$
declare
    columns jsonb;
    names text[];
begin
    if redaction is null then
        return states;
    end if;
    with held as materialized (
        select s.place, e.key, e.value, lower(translate(e.key, '_-', '')) as name
        from jsonb_path_query(states, '$[*][*] ? (@.type() == "object")') with ordinality s (state, place)
        left join lateral jsonb_each(s.state) e on true
    )
    select
        coalesce(jsonb_agg((r.rule - 'when') || jsonb_build_object('column', k.key) order by r.place), '[]'),
        coalesce(array_agg(k.key), '{}')
    into columns, names
    from jsonb_array_elements(redaction -> 'columns') with ordinality r (rule, place)
    cross join lateral (
        select distinct h.key
        from held h
        where h.name = lower(translate(r.rule ->> 'column', '_-', ''))) k
    where not r.rule ? 'when'
    or exists (
        select
        from held h
        group by h.place
        having bool_and(h.value in ('false', 'null'))
                filter (where h.name = lower(translate(r.rule ->> 'when', '_-', '')))
            is not true);
    redaction := redaction || jsonb_build_object('columns', columns);
    return (
        select jsonb_agg(
            case when jsonb_typeof(s.state) = 'array' then coalesce(r.rows, '[]') else r.rows -> 0 end
            order by s.place)
        from jsonb_array_elements(states) with ordinality s (state, place)
        cross join lateral (
            select jsonb_agg(
                case jsonb_typeof(e.value)
                    -- not rows: it could hold anything
                    when 'array' then '"[redacted]"'
                    when 'object' then
                        logs.redact_keys(l.redacted - names, redaction -> 'rules')
                        || (
                            select coalesce(jsonb_object_agg(c.key, c.value), '{}')
                            from jsonb_each(l.redacted) c
                            where c.key = any (names))
                    else e.value
                end
                order by e.place) as rows
            from jsonb_array_elements(
                case when jsonb_typeof(s.state) = 'array' then s.state else jsonb_build_array(s.state) end)
                with ordinality e (value, place)
            cross join lateral (
                select case jsonb_typeof(e.value)
                    when 'object' then changelog.redact_current(e.value, redaction)
                end as redacted) l) r);
end
$function$;
comment on function changelog.redact_states(jsonb, jsonb) is
    'The states in an application''s own audit entry, redacted as the log redacts them';
