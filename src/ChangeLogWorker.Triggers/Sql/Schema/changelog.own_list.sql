-- changelog.own_list(kind, schemas): ChangeLog's tables and views, sequences or routines in these schemas, as a
-- comma-separated list for GRANT: "all tables in schema" would include the application's. A schema's alias is not one.
-- Writes nothing, notifies nothing.
create or replace function changelog.own_list(kind text, schemas text[])
    returns text
    language sql
    stable
    set search_path = pg_catalog, pg_temp
    set jit = off
as $function$
    select string_agg(
        case when o.kind = 'f' then o.objid::regprocedure::text else format('%I.%I', o.schema, o.name) end,
        ', ' order by o.objid)
    from changelog.own_objects() o
    where o.schema = any (own_list.schemas)
    and case own_list.kind
        when 'table' then o.kind in ('r', 'p', 'v')
        when 'sequence' then o.kind = 'S'
        -- anyone who may execute a table's own function can forge changes (changelog.make_capture_function)
        when 'routine' then o.kind = 'f' and o.name !~ '^capture_[0-9]+$'
    end
$function$;
comment on function changelog.own_list(text, text[]) is 'ChangeLog''s own objects of one kind, as a list for GRANT';
