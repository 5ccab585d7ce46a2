-- changelog.redaction_rules_in_force(): the rules in force, in order: as text for people, and in full.
-- Writes nothing, notifies nothing.
create or replace function changelog.redaction_rules_in_force(out shown text[], out whole jsonb)
    language sql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
    select
        coalesce(
            array_agg(
                r.name || case
                    when r.when_column is not null then format(' (%s, when %s)', r.way, r.when_column)
                    when r.way <> 'mask' then format(' (%s)', r.way)
                    else ''
                end
                order by r.place),
            '{}'),
        coalesce(jsonb_agg(to_jsonb(r) - '{is_default,is_off}'::text[] order by r.place), '[]')
    from changelog.redaction_rule r
    where not r.is_off
$function$;
comment on function changelog.redaction_rules_in_force() is
    'The redaction rules in force, as text for people and in full';
