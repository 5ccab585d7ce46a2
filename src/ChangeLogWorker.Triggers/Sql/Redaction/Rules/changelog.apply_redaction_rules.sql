-- changelog.apply_redaction_rules(rules, switched_off, by): replaces the configured rules (an array of objects, in
-- order) and the list of default rules that are switched off; null keeps what is stored. Returns the rules before and
-- after, each as a text. A difference writes the event changelog.redaction_rules.changed, with each rule in full.
-- Security definer, like changelog.apply_exclusions.
-- Writes changelog.redaction_rule, changelog.key_redaction, lib_event.event. Notifies lib_event.created.
create or replace function changelog.apply_redaction_rules(
    rules jsonb, switched_off text[], by jsonb default '{}', out before text[], out after text[])
    language plpgsql
    security definer
    set search_path = pg_catalog, pg_temp
as $function$
declare
    rows_before jsonb;
    rows_after jsonb;
begin
    perform from changelog.capture_setting for update;
    select s.shown, s.whole into before, rows_before from changelog.redaction_rules_in_force() s;
    if rules is not null then
        -- a malformed expression would fail every write
        perform '' ~ (w.rule ->> 'key_expression') or '' ~ (w.rule ->> 'key_hint')
        from jsonb_array_elements(rules) w (rule);
        delete from changelog.redaction_rule r
        where not r.is_default
        and r.place > jsonb_array_length(rules);
        insert into changelog.redaction_rule as r (
            place, name, is_default, schema_like, table_like, column_like, key_expression, key_hint, way, when_column)
        select
            w.place, w.rule ->> 'name', false,
            w.rule ->> 'schema_like', w.rule ->> 'table_like', w.rule ->> 'column_like',
            w.rule ->> 'key_expression', w.rule ->> 'key_hint', w.rule ->> 'way', w.rule ->> 'when_column'
        from jsonb_array_elements(rules) with ordinality w (rule, place)
        on conflict (place) do update
        set name = excluded.name,
            schema_like = excluded.schema_like,
            table_like = excluded.table_like,
            column_like = excluded.column_like,
            key_expression = excluded.key_expression,
            key_hint = excluded.key_hint,
            way = excluded.way,
            when_column = excluded.when_column
        where (r.name, r.schema_like, r.table_like, r.column_like, r.key_expression, r.key_hint, r.way, r.when_column)
            is distinct from (
                excluded.name, excluded.schema_like, excluded.table_like, excluded.column_like, excluded.key_expression,
                excluded.key_hint, excluded.way, excluded.when_column);
    end if;
    update changelog.redaction_rule r
    set is_off = not r.is_off
    where r.is_default
    and r.is_off <> (r.name = any (switched_off));
    perform changelog.refresh_key_redaction();
    select s.shown, s.whole into after, rows_after from changelog.redaction_rules_in_force() s;
    if rows_before <> rows_after then
        perform changelog.write_event('changelog.redaction_rules.changed', by, jsonb_build_object(
            'before', before, 'after', after, 'rules', rows_after));
    end if;
end
$function$;
comment on function changelog.apply_redaction_rules(jsonb, text[], jsonb) is
    'Replaces the configured redaction rules, with an event';
