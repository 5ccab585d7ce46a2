-- When all links were last swept: one row.
create table changelog.link_sweep (
    singleton boolean primary key default true constraint "there is one sweep" check (singleton),
    requested_at timestamptz,
    started_at timestamptz,
    finished_at timestamptz,
    taken_until timestamptz,
    findings text[] not null default '{}'
);
comment on table changelog.link_sweep is 'When all links were last compared with their targets';
comment on column changelog.link_sweep.requested_at is
    'The handler left something to it: a table that was emptied, a record with very many links';
comment on column changelog.link_sweep.taken_until is
    'Until when the worker that sweeps has it; renewed with each stretch';
comment on column changelog.link_sweep.findings is 'What the last sweep could not judge or clear, as sentences';

insert into changelog.link_sweep default values;
