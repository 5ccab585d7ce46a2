-- changelog.redaction_of(target): how capture redacts a table's rows, in the format of changelog.redact_current, with
-- the rules for keys within JSON, which only changelog.redact_states uses if the table has no JSON column; null if
-- nothing is redacted. From the rules, not the trigger: a table that is not captured has none.
-- Writes nothing, notifies nothing.
create or replace function changelog.redaction_of(target oid)
    returns jsonb
    language sql
    stable
    set search_path = pg_catalog, pg_temp
    set jit = off
as $function$
    select jsonb_build_object(
        'columns', coalesce(d.columns, '[]'), 'json', coalesce(j.columns, '[]'), 'rules', r.rules, 'hint', h.hint)
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    cross join lateral (
        select jsonb_agg(
            jsonb_strip_nulls(jsonb_build_object('column', x.column_name, 'way', x.way, 'when', x.when_column))
            order by x.number, x.when_column is null, x.place) as columns
        from changelog.redacted_columns(target) x) d
    cross join changelog.key_rules(n.nspname, c.relname) r
    cross join lateral (select changelog.text_hint(r.hint) as hint) h
    left join lateral (
        select to_jsonb(x.columns) as columns
        from changelog.json_columns(target) x
        where r.hint is not null) j on true
    where c.oid = target
    and (d.columns is not null or r.hint is not null)
$function$;
comment on function changelog.redaction_of(oid) is 'How capture redacts a table''s rows; null: not at all';
