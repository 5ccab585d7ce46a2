-- The handlers for which anything lies beyond their cursor: one statement for all of them, drawing no id.
create or replace view changelog.handler_behind as
select c.handler
from changelog.cursor c
where c.current is not null
or (changelog.next_recovered(c)).xid is not null
or (c.stream <> 'events' and (
    exists (
        select
        from logs.transaction t
        where t.xid >= pg_snapshot_xmax(c.last))
    or exists (
        select
        from logs.transaction t
        where t.xid = any (array(select pg_snapshot_xip(c.last))))))
or (c.stream <> 'changes' and (
    exists (
        select
        from lib_event.event e
        where e.xid >= pg_snapshot_xmax(c.last))
    or exists (
        select
        from lib_event.event e
        where e.xid = any (array(select pg_snapshot_xip(c.last))))));
comment on view changelog.handler_behind is 'Handlers with something to do: a window in hand, or anything visible now that is not visible in their last snapshot';
