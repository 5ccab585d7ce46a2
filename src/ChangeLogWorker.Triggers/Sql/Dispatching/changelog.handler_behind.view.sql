-- Handlers with anything beyond their cursor, in one statement that draws no id. Nothing volatile here, or PostgreSQL
-- computes the lag even for callers that do not select it.
create or replace view changelog.handler_behind as
with place as materialized (
    -- most handlers stand at the same one
    select p.stream, p.last, p.since, changelog.has_newer(p.stream, p.last::pg_snapshot, p.since) as has_newer
    from (select distinct k.stream, k.last::text, k.since from changelog.cursor k where k.current is null) p)
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
or (c.stream <> 'events' and exists (select from changelog.recovered r where r.number > c.recovered_upto))
or (c.stream, c.last::text, c.since) in (select p.stream, p.last, p.since from place p where p.has_newer)
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
