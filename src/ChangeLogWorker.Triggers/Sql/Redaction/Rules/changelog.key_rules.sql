-- changelog.key_rules(schema, table): which keys within a table's JSON are redacted, in the format of logs.redact_keys,
-- and a regular expression that matches any text with such a key; null if there are none. A rule for a table also
-- applies to tables that inherit from it. lib_event.event stands for payloads and headers, logs.transaction for
-- contexts. PL/pgSQL, for its cached plan: each DDL on a table with JSON asks. Writes nothing, notifies nothing.
create or replace function changelog.key_rules(table_schema text, table_name text, out rules jsonb, out hint text)
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
#variable_conflict use_column
begin
    with recursive lineage as (
        -- not to_regclass, which fails without USAGE on the schema
        select c.oid
        from pg_class c
        join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = key_rules.table_schema
        and c.relname = key_rules.table_name
        union
        select i.inhparent
        from lineage l
        join pg_inherits i on i.inhrelid = l.oid
    )
    select
        coalesce(
            jsonb_agg(
                jsonb_strip_nulls(jsonb_build_object(
                    'key', r.key_expression, 'way', r.way, 'skips_plain', case when r.skips_plain then true end))
                order by r.place),
            '[]'),
        string_agg(r.key_hint, '|' order by r.place)
    into key_rules.rules, key_rules.hint
    from changelog.redaction_rule r
    where not r.is_off
    and r.when_column is null
    and (
        key_rules.table_schema like r.schema_like and key_rules.table_name like r.table_like
        or exists (
            select
            from lineage l
            join pg_class c on c.oid = l.oid
            join pg_namespace n on n.oid = c.relnamespace
            where n.nspname like r.schema_like
            and c.relname like r.table_like));
end
$function$;
comment on function changelog.key_rules(text, text) is 'Which keys within a table''s JSON are redacted';
