-- changelog.announce(max_rows): announces what writers did not, the next max_rows transactions and events of it. One
-- worker at a time; the others find nothing to do. Notifications and cursor commit together, so each id is announced at
-- least once. Returns how many, whether that was all, and how full the server's queue is: from one half on nothing is
-- announced, so that announcing never makes a writer fail. Writes changelog.announcer. Notifies lib_event.created.
create or replace function changelog.announce(
    max_rows integer,
    out announced integer,
    out is_done boolean,
    out queue_usage double precision)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $function$
#variable_conflict use_column
declare
    here bigint := (select c.system_identifier from pg_control_system() c);
    a changelog.announcer;
    passed record;
begin
    announced := 0;
    is_done := true;
    queue_usage := pg_notification_queue_usage();
    if queue_usage >= 0.5 then
        return;
    end if;
    select * into a from changelog.announcer for update skip locked;
    if not found then
        return;
    end if;
    -- after a lost commit they are announced again; this avoids holding the lock of notifying commits during a flush
    perform set_config('synchronous_commit', 'off', true);

    if a.system_identifier <> here then
        -- after a restore transaction ids start over, and everything up to top was announced elsewhere
        a.system_identifier := here;
        a.since := a.top;
        a.last := '1:1:';
        a.current := null;
    end if;
    if a.current is null then
        a.current := pg_current_snapshot();
        a.at_xid := '0';
        a.at_position := 0;
    end if;

    -- this snapshot is later than a.current, so it shows everything visible there
    with next as materialized (
        select n.xid, n.position, n.event__id, n.announced
        from changelog.next_to_announce(a, a.current, max_rows) n
    ), sent as materialized (
        select lib_event.announce(n.event__id), 1 as one
        from next n
        where not n.announced
        and n.position > a.since
        and pg_visible_in_snapshot(n.xid, a.current)
    )
    select
        (select count(s.one) from sent s) as sent,
        count(*) as rows,
        max(n.xid::text::bigint) as last_xid,
        max(n.position) as top,
        (
            select l.position
            from next l
            order by l.xid desc, l.position desc
            limit 1) as last_position
    into passed
    from next n;

    announced := passed.sent;
    is_done := passed.rows < max_rows;
    update changelog.announcer
    set last = case when is_done then a.current else a.last end,
        current = case when is_done then null else a.current end,
        at_xid = coalesce(passed.last_xid::text::xid8, a.at_xid),
        at_position = coalesce(passed.last_position, a.at_position),
        top = greatest(a.top, passed.top),
        since = a.since,
        system_identifier = a.system_identifier;
end
$function$;
comment on function changelog.announce(integer) is
    'Announces what its writers have not announced, a bounded number at a time';
