-- Workers with a recent heartbeat. One that was killed is listed for a few seconds more.
create or replace view changelog.running_worker as
select w.id, w.host, w.process_id, w.version, w.db_user, w.started_at, w.seen_at
from changelog.worker w
where w.seen_at > clock_timestamp() - interval '15 seconds';
comment on view changelog.running_worker is 'Workers with a heartbeat in the last 15 seconds';
