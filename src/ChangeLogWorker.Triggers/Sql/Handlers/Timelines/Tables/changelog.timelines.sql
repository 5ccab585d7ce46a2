-- changelog.timelines(): the timelines, where each is stored, and whether its handler has work pending (true if it has
-- never run). Security definer: a reader of the log sees no cursor.
-- Writes nothing, notifies nothing.
create or replace function changelog.timelines()
    returns table (
        name text,
        root_schema text,
        root_table text,
        table_schema text,
        table_name text,
        root_column text,
        actor_column text,
        is_behind boolean)
    language sql
    stable
    security definer
    set search_path = pg_catalog, pg_temp
    set jit = off
as $function$
    select t.name, t.root_schema, t.root_table, t.table_schema, t.table_name, t.root_column, t.actor_column,
           not exists (select from changelog.cursor c where c.handler = 'timeline.' || t.name)
           or exists (select from changelog.handler_behind b where b.handler = 'timeline.' || t.name)
    from changelog.timeline t
    order by t.name
$function$;
comment on function changelog.timelines() is
    'The timelines, where each is stored, and whether its handler has work pending';
