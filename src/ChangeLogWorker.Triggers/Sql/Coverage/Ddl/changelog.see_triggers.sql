-- changelog.see_triggers(target, clones): remembers a table's capture triggers, and these clones of them, as they are
-- after a reconcile; without a table, those of all tables not remembered yet. Nothing to do where event triggers follow
-- DDL.
-- Security definer. Writes changelog.seen_trigger, notifies nothing.
create or replace function changelog.see_triggers(target oid default null, clones oid[] default '{}')
    returns void
    language plpgsql
    security definer
    set search_path = pg_catalog, pg_temp
    set jit = off
as $function$
declare
    follows constant boolean := changelog.follows_ddl();
begin
    if target is null then
        delete from changelog.seen_trigger s
        where follows
        or not exists (select from pg_trigger g where g.oid = s.trigger_oid);
    end if;
    if follows then
        return;
    end if;
    insert into changelog.seen_trigger as s (trigger_oid, set_by, place)
    select g.oid, g.xmin::text::bigint, h.place
    from pg_trigger g
    cross join changelog.current_place() h (place)
    where (target is null or g.tgrelid = target or g.oid = any (clones))
    and changelog.is_capture_function(g.tgfoid)
    on conflict (trigger_oid) do update
    set set_by = excluded.set_by,
        place = excluded.place
    where s.place <> excluded.place
    or target is not null
    and s.set_by <> excluded.set_by;
end
$function$;
comment on function changelog.see_triggers(oid, oid[]) is
    'Remembers capture triggers as they are, where no event trigger follows DDL';
