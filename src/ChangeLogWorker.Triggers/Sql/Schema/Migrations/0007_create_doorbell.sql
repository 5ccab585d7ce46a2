-- The doorbell: whether writers need to ring; what has been announced; which workers run. A sequence, because it is read
-- by every writer: current under any isolation level, and never more than one page, whatever snapshots are held open.
create sequence changelog.awake_until as bigint minvalue 0 cache 1;
comment on sequence changelog.awake_until is 'Until when a worker is awake, in milliseconds of the server''s clock: until then writers need not announce. 0 is mode Always, the largest bigint Never; a value more than a minute ahead, or none, counts as asleep';

create table changelog.announcer (
    singleton boolean primary key default true constraint "there is one announcer" check (singleton),
    last pg_snapshot not null default '1:1:',
    current pg_snapshot,
    at_xid xid8 not null default '0',
    at_position bigint not null default 0,
    top bigint not null default 0,
    since bigint not null default 0,
    system_identifier bigint not null
) with (fillfactor = 50);
comment on table changelog.announcer is 'How far the workers have announced on lib_event.created what its writers had not';
comment on column changelog.announcer.last is 'All that is visible in it has been announced';
comment on column changelog.announcer.current is 'The end of the window in hand; null: none is open';
comment on column changelog.announcer.at_xid is 'Up to which transaction, and position in it, the window in hand is announced';
comment on column changelog.announcer.top is 'The highest position that it has come across';
comment on column changelog.announcer.since is 'top, when the log came into this cluster: what stood up to there was the other cluster''s to announce';
insert into changelog.announcer (system_identifier)
select c.system_identifier
from pg_control_system() c;

create table changelog.worker (
    id uuid primary key,
    host text not null,
    process_id integer not null,
    version text not null,
    db_user text not null default session_user,
    started_at timestamptz not null default clock_timestamp(),
    seen_at timestamptz not null default clock_timestamp()
) with (fillfactor = 50);
comment on table changelog.worker is 'Workers, each of which says every few seconds that it runs; a row, for behind a transaction pooler no lock can say it';
