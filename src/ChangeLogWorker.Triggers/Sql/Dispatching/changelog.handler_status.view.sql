-- Progress of each handler. Counts the backlog by reading it: for people, not for a monitor every second.
create or replace view changelog.handler_status as
select
    c.handler,
    c.stream,
    c.handled,
    behind.changes + behind.events as behind,
    behind.oldest as oldest_unhandled_at,
    c.current is not null as window_open,
    case
        when c.current is null then null
        when c.until < c.floor then 1
        else (c.at - c.floor + 1) / (c.until - c.floor + 1)::double precision
    end as window_share,
    c.at,
    c.until,
    c.last,
    c.current,
    c.updated_at
from changelog.cursor c
cross join lateral (
    select
        coalesce(sum(u.changes), 0)::bigint as changes,
        coalesce(sum(u.events), 0)::bigint as events,
        min(u.oldest) as oldest
    from (
        select count(*) as changes, 0 as events, min(u.logged_at) as oldest
        from changelog.unhandled_changes(c.handler) u
        where c.stream <> 'events'
        union all
        select 0, count(*), min(u.created_at)
        from changelog.unhandled_events(c.handler) u
        where c.stream <> 'changes') u) behind;
comment on view changelog.handler_status is
    'Each handler''s cursor, how much it has handled, how much is pending, and the age of the oldest of that';
comment on column changelog.handler_status.window_share is
    'How much of the open window is handled, 0 to 1, by positions';
