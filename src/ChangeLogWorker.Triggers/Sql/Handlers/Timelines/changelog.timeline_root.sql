-- changelog.timeline_root(timeline): the root table of a timeline. Raises undefined_table if it is missing: until it is
-- back nothing of the timeline can be handled, and nothing may be given up.
-- Writes nothing, notifies nothing.
create or replace function changelog.timeline_root(timeline_name text)
    returns regclass
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
declare
    root_schema text;
    root_table text;
    root regclass;
begin
    select t.root_schema, t.root_table
    into strict root_schema, root_table
    from changelog.timeline t
    where t.name = timeline_name;
    root := to_regclass(format('%I.%I', root_schema, root_table));
    if root is null then
        raise exception 'the timeline %: its root table %.% is missing', timeline_name, root_schema, root_table
            using errcode = 'undefined_table',
                hint = 'Rename it back, or name it in ChangeLog:Timelines and start the worker again.';
    end if;
    return root;
end
$function$;
comment on function changelog.timeline_root(text) is 'The root table of a timeline; an error if it is missing';
