-- How far events have been announced: one row.
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
comment on table changelog.announcer is
    'How far the workers have announced on lib_event.created what its writers had not';
comment on column changelog.announcer.last is 'All that is visible in it has been announced';
comment on column changelog.announcer.current is 'The end of the open window; null: none is open';
comment on column changelog.announcer.at_xid is
    'Up to which transaction, and position in it, the open window is announced';
comment on column changelog.announcer.top is 'The highest position that it has come across';
comment on column changelog.announcer.since is
    'top, when the log came into this cluster: what stood up to there was the other cluster''s to announce';

insert into changelog.announcer (system_identifier)
select c.system_identifier
from pg_control_system() c;
