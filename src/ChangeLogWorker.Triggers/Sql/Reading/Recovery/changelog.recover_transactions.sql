-- changelog.recover_transactions(xids, logged_ats, first_positions): writes the missing rows of finished transactions,
-- unless capture wrote one after the first change, and queues the changes before that row for every handler of changes.
-- The user is lost: db_user is null. Reads the log once, from the first position on. The caller keeps the row of
-- changelog.sweep locked until commit, or a handler could pass a number before it is visible.
-- Writes logs.transaction, changelog.recovered, lib_event.event. Notifies lib_event.created.
create or replace function changelog.recover_transactions(
    xids xid8[],
    logged_ats timestamptz[],
    first_positions bigint[])
    returns void
    language plpgsql
    set search_path = pg_catalog, pg_temp
    set jit = off
    set enable_seqscan = off
as $function$
declare
    new_id uuid;
begin
    for new_id in
        -- announced here, since the announcer has long passed its xid
        insert into logs.transaction (position, event__id, xid, logged_at, context, announced)
        select nextval('lib_event.position'), gen_random_uuid(), l.xid, l.logged_at, '{"recovered": true}', true
        from unnest(xids, logged_ats) l (xid, logged_at)
        on conflict do nothing
        returning event__id
    loop
        perform lib_event.announce(new_id);
    end loop;

    -- they are finished, so all their changes are visible, including those that the sweep has not reached
    with logged as materialized (
        select c.xid, c.logged_at, c.position
        from logs.change c
        where c.position >= (select min(p) from unnest(first_positions) p)
        and c.logged_at >= (select min(l) from unnest(logged_ats) l)
        and c.xid = any (xids)
    )
    insert into changelog.recovered (xid, logged_at, first_position, last_position)
    select l.xid, l.logged_at, l.first_position, max(c.position)
    from unnest(xids, logged_ats, first_positions) l (xid, logged_at, first_position)
    join logged c on c.xid = l.xid and c.logged_at = l.logged_at
    where c.position >= l.first_position
    and c.position < (
        select t.position
        from logs.transaction t
        where t.xid = l.xid
        and t.logged_at = l.logged_at)
    group by l.xid, l.logged_at, l.first_position
    order by l.first_position;

    perform lib_event.store(
        'changelog.transaction.recovered',
        jsonb_build_object('xid', l.xid::text, 'logged_at', l.logged_at, 'first_position', l.first_position))
    from unnest(xids, logged_ats, first_positions) l (xid, logged_at, first_position);
end
$function$;
