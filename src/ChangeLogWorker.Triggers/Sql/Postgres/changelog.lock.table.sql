-- Locks of the worker and its verbs: rows that only functions of the owner lock. An advisory lock may be held by any
-- login.
create table changelog.lock (
    name text primary key
);
comment on table changelog.lock is
    'One row a lock that workers and verbs take in turn, by changelog.take_lock; never written';

insert into changelog.lock (name)
values ('doorbell'), ('links'), ('partitions'), ('positions'), ('timeline');
