-- changelog.has_unannounced(): whether a worker has something to announce, or so much to skip that scanning it at every
-- look would cost too much.
-- Writes nothing, notifies nothing, draws no id.
create or replace function changelog.has_unannounced()
    returns boolean
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
declare
    a changelog.announcer;
begin
    select * into a from changelog.announcer;
    return a.current is not null
        or a.system_identifier <> (select c.system_identifier from pg_control_system() c)
        or (
            select not coalesce(bool_and(n.announced or n.position <= a.since), true) or count(*) = 1000
            from changelog.next_to_announce(a, pg_current_snapshot(), 1000) n);
end
$function$;
