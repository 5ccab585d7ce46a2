-- The doorbell: whether writers need to notify. A sequence, because every writer reads it: current under any isolation
-- level, and never more than one page, whatever snapshots are held open.
create sequence changelog.awake_until as bigint minvalue 0 cache 1;
comment on sequence changelog.awake_until is
    'Until when a worker is awake, in milliseconds of the server''s clock: until then writers need not announce. For '
    '15 seconds more, or a minute and more ahead, all workers sleep; after that, or without a value, none runs. 0 is '
    'mode Always, the largest bigint Never';
