-- Handlers with anything beyond their cursor, in one statement that draws no id. Nothing volatile here, or PostgreSQL
-- computes the lag even for callers that do not select it.
create or replace view changelog.handler_behind as
select
    c.handler,
    extract(epoch from statement_timestamp() - case
        when c.current is not null and isfinite(c.logged_from) then c.logged_from
        when c.current is not null then changelog.logged_beyond(c.stream, c.at)
        when c.last::text = '1:1:' then changelog.logged_beyond(c.stream, c.since)
        else (
            select f.logged_at
            from changelog.window_floor(c.stream, c.last, pg_current_snapshot(), c.since) f)
    end)::double precision as lag_seconds
from changelog.cursor c
where c.current is not null
or c.cluster is distinct from (select (changelog.known_cluster()).number)
or (changelog.next_recovered(c)).xid is not null
or changelog.has_newer(c.stream, c.last, c.since)
or exists (
    select
    from changelog.dead_letter d
    where d.handler = c.handler
    and d.retry_requested_at is not null
    and d.resolved_at is null);
comment on view changelog.handler_behind is
    'Handlers with work pending: an open window, another cluster, anything visible now that is not visible in '
    'their last snapshot, or a dead letter to be retried';
comment on column changelog.handler_behind.lag_seconds is
    'Age of the oldest transaction, by its start, in what is not yet handled; of the whole log or another cluster''s '
    'rest that of the first in line; null for a transaction to be recovered and for a dead letter';
