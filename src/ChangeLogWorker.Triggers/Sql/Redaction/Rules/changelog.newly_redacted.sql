-- changelog.newly_redacted(tables): columns of captured tables that the rules redact and their triggers do not redact
-- yet: earlier changes may hold unmasked values. Asked before the tables are reconciled. Trigger arguments: see
-- logs.write_change.
-- Writes nothing, notifies nothing.
create or replace function changelog.newly_redacted(tables oid[])
returns table (
    table_oid oid,
    table_schema text,
    table_name text,
    column_name text
)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set jit = off
as $function$
#variable_conflict use_column
begin
    return query
    with captured as materialized (
        select t.table_oid, t.table_schema, t.table_name, a.args
        from changelog.tables() t
        join pg_trigger g
          on g.tgrelid = t.table_oid
         and g.tgname = '!changelog_row_' || t.table_oid
         and changelog.is_capture_function(g.tgfoid)
         and g.tgparentid = 0
        cross join lateral (
            -- each is followed by a zero byte
            select array(
                select convert_from(decode(m.part[1], 'hex'), getdatabaseencoding())
                from regexp_matches(encode(g.tgargs, 'hex'), '((?:(?!00)..)*)00', 'g') m (part)) as args) a
        where t.captured
          and t.table_oid = any (newly_redacted.tables)
    )
    select distinct c.table_oid, c.table_schema, c.table_name, d.column_name
    from captured c
    join changelog.redacted_columns() d on d.table_oid = c.table_oid
    where d.column_name <> all (case when c.args[5] = 'masked' then c.args[6:] else c.args[14:] end)
      and not coalesce(
          nullif(c.args[9], '')::jsonb @> jsonb_build_array(jsonb_build_object('column', d.column_name)), false)
    order by 2, 3, 4;
end
$function$;
comment on function changelog.newly_redacted(oid[]) is
    'Columns of captured tables that are about to be redacted: earlier changes may hold raw values';
