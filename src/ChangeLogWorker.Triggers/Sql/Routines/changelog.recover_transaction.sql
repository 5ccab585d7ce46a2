-- changelog.recover_transaction(xid, logged_at, first_position): writes the row of a finished transaction, unless capture
-- has written it after the first change, and queues the changes before that row for every handler of changes. Who did it
-- is lost: db_user is null.
-- Writes logs.transaction, changelog.recovered, lib_event.event. Notifies lib_event.created.
create or replace function changelog.recover_transaction(
    lost_xid xid8,
    lost_logged_at timestamptz,
    lost_first_position bigint)
    returns void
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $function$
declare
    new_id uuid := gen_random_uuid();
begin
    -- announced here, for the announcer has long passed its xid
    insert into logs.transaction (position, event__id, xid, logged_at, context, announced)
    values (
        nextval('lib_event.position'),
        new_id,
        lost_xid,
        lost_logged_at,
        '{"recovered": true}',
        true)
    on conflict do nothing;
    if found then
        perform lib_event.announce(new_id);
    end if;
    -- it is finished, so all its changes can be seen, those too that the sweep has not come to
    insert into changelog.recovered (xid, logged_at, first_position, last_position)
    select lost_xid, lost_logged_at, lost_first_position, max(c.position)
    from logs.transaction t
    join logs.change c on c.xid = t.xid and c.logged_at = t.logged_at
    where t.xid = lost_xid
    and t.logged_at = lost_logged_at
    and c.position >= lost_first_position
    and c.position < t.position;
    perform lib_event.create(
        'changelog.transaction.recovered',
        jsonb_build_object(
            'xid', lost_xid::text,
            'logged_at', lost_logged_at,
            'first_position', lost_first_position));
end
$function$;
