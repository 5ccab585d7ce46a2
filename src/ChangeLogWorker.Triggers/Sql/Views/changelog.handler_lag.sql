-- The age of the oldest transaction or event in each handler's window, from indexes alone: for a monitor every few
-- seconds. Within a window it counts from the window's beginning; changelog.handler_status counts exactly.
create or replace view changelog.handler_lag as
select
    c.handler,
    coalesce(clock_timestamp() - f.logged_at, interval '0') as lag
from changelog.cursor c
cross join lateral changelog.window_floor(c.stream, c.last, pg_current_snapshot()) f;
comment on view changelog.handler_lag is 'How far each handler is behind in time: age of the oldest thing it has not handled';
