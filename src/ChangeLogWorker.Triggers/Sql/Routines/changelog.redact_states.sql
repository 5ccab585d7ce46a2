-- changelog.redact_states(states, redaction): the states that an application's own entry in platform.audit_logs holds of a record,
-- each a row or an array of rows, redacted as the log redacts rows of that table (changelog.redaction_of). A column for "when"
-- counts as true where it is in any of them, or where one of them leaves it out. Writes nothing, notifies nothing.
create or replace function changelog.redact_states(states jsonb, redaction jsonb)
    returns jsonb
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
declare
    columns jsonb;
begin
    if redaction is null then
        return states;
    end if;
    select coalesce(jsonb_agg(r.rule - 'when' order by r.place), '[]')
    into columns
    from jsonb_array_elements(redaction -> 'columns') with ordinality r (rule, place)
    where not r.rule ? 'when'
    or exists (
        select
        from jsonb_path_query(states, '$[*][*]') s (state)
        where jsonb_typeof(s.state) = 'object'
        and not coalesce(s.state -> (r.rule ->> 'when') in ('false', 'null'), false));
    redaction := redaction || jsonb_build_object('columns', columns);
    return (
        select jsonb_agg(
            case
                when jsonb_typeof(s.state) <> 'array' then changelog.redact_living(s.state, redaction)
                else (
                    select coalesce(
                        jsonb_agg(
                            -- not rows: nobody knows what is in there
                            case when jsonb_typeof(e.value) = 'array' then '"[redacted]"' else changelog.redact_living(e.value, redaction) end
                            order by e.place),
                        '[]')
                    from jsonb_array_elements(s.state) with ordinality e (value, place))
            end
            order by s.place)
        from jsonb_array_elements(states) with ordinality s (state, place));
end
$function$;
comment on function changelog.redact_states(jsonb, jsonb) is 'What an application''s own audit entry holds of a record, redacted as the log redacts it';
