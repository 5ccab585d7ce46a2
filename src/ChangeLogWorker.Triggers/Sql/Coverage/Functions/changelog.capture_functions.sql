-- changelog.capture_functions(): which function captures the rows of each table, as its trigger says; why it is not one
-- of the table's own (changelog.desired_trigger); and what its own pins, as the function says, with the columns whose
-- text depends on it. For status. Asks what a table needs only for those without a function of their own, and what a
-- type needs once. Writes nothing, notifies nothing.
create or replace function changelog.capture_functions()
returns table (
    table_oid oid,
    function text,
    is_own boolean,
    obstacle text,
    pins jsonb
)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set jit = off
as $function$
#variable_conflict use_column
begin
    return query
    with called as materialized (
        select distinct on (g.tgrelid)
               g.tgrelid,
               g.tgfoid,
               p.proconfig,
               p.pronamespace = 'logs'::regnamespace and p.proname = 'capture_' || g.tgrelid as is_own
        from pg_trigger g
        join pg_proc p on p.oid = g.tgfoid
        where g.tgparentid = 0
          and g.tgtype & 1 = 1
          and changelog.is_capture_function(g.tgfoid)
        -- another one is about to be dropped (changelog.trigger_plan)
        order by g.tgrelid, g.tgname <> '!changelog_row_' || g.tgrelid
    ), held as materialized (
        select c.tgrelid,
               a.attnum,
               a.atttypid,
               a.attname || ' '
                   || replace(format_type(a.atttypid, null), 'timestamp with time zone', 'timestamptz') as name
        from called c
        join pg_attribute a on a.attrelid = c.tgrelid and a.attnum > 0 and not a.attisdropped
        where c.is_own
    ), needed as materialized (
        select t.oid, s.setting
        from (select distinct h.atttypid as oid from held h) t
        cross join lateral unnest(
            changelog.pinned_settings(array(select changelog.component_types(array[t.oid])))) s (setting)
    ), pinned as (
        select d.tgrelid, jsonb_object_agg(split_part(d.setting, '=', 1), d.columns) as pins
        from (
            select c.tgrelid,
                   s.setting,
                   coalesce(jsonb_agg(h.name order by h.attnum) filter (where h.name is not null), '[]') as columns
            from called c
            cross join unnest(c.proconfig) s (setting)
            left join (held h join needed n on n.oid = h.atttypid)
              on h.tgrelid = c.tgrelid
             and n.setting = s.setting
            where c.is_own
            group by c.tgrelid, s.setting) d
        group by d.tgrelid
    )
    select c.tgrelid,
           c.tgfoid::regproc::text,
           c.is_own,
           case
               when not c.is_own then (select d.obstacle from changelog.desired_trigger(c.tgrelid) d where d.type = 29)
           end,
           coalesce(p.pins, '{}')
    from called c
    left join pinned p on p.tgrelid = c.tgrelid;
end
$function$;
comment on function changelog.capture_functions() is
    'Which function captures the rows of each table, why it is a general one, and what the table''s own pins';
