-- The clusters that this log has lived in. Numbers start beyond what any earlier installation can have reached, like
-- positions (lib_event.position), so that the last row is the current cluster even after a log was restored into
-- another installation.
create table changelog.cluster (
    number integer generated always as identity primary key,
    system_identifier bigint not null,
    boundary bigint not null,
    boundary_snapshot pg_snapshot not null,
    adopted_at timestamptz not null default now()
);
comment on table changelog.cluster is
    'The clusters this log has lived in, the last row the one it lives in: a logical restore begins transaction ids '
    'anew';
comment on column changelog.cluster.boundary is 'Highest position written before this cluster was adopted';
comment on column changelog.cluster.boundary_snapshot is
    'Taken when no capture was in flight: whatever it does not show lies beyond the boundary';

do $cluster$
declare
    seconds constant bigint := extract(epoch from clock_timestamp() - timestamptz '2026-01-01 00:00:00+00')::bigint;
begin
    if seconds > 0 then
        execute format('alter table changelog.cluster alter column number restart with %s', seconds);
    end if;
    insert into changelog.cluster (system_identifier, boundary, boundary_snapshot)
    select s.system_identifier, 0, '1:1:'
    from pg_control_system() s;
end
$cluster$;
