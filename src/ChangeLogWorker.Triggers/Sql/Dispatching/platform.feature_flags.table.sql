-- Feature flags of applications and of the worker: captured like any other table. changelog.link_users creates the
-- foreign keys to the users table, which may come later, or never.
create table platform.feature_flags (
    id uuid primary key default gen_random_uuid(),
    key varchar(100) not null unique,
    description text,
    is_enabled boolean default false,
    rollout_percentage smallint default 0,
    target_roles uuid[],
    target_users uuid[],
    conditions jsonb,
    created_at timestamptz default now(),
    updated_at timestamptz,
    deleted_at timestamptz,
    created_by uuid,
    updated_by uuid,
    deleted_by uuid,
    constraint "a rollout is 0 to 100 percent" check (rollout_percentage between 0 and 100),
    constraint "conditions are a JSON object" check (jsonb_typeof(conditions) = 'object')
);
create index idx_feature_flags_key on platform.feature_flags (key);
create index idx_feature_flags_is_enabled on platform.feature_flags (is_enabled);
-- queried by each worker at each look
create index on platform.feature_flags (key) where key like 'changelog.%';
-- to find the flags of a user who is gone
create index on platform.feature_flags (created_by) where created_by is not null;
create index on platform.feature_flags (updated_by) where updated_by is not null;
create index on platform.feature_flags (deleted_by) where deleted_by is not null;
comment on table platform.feature_flags is
    'Who has which feature: ask platform.feature_enabled. changelog.handler.<name> stops and starts a handler of the '
    'worker';
comment on column platform.feature_flags.rollout_percentage is
    'Of users who are no target: how many of a hundred; 0 is no rollout';
comment on column platform.feature_flags.conditions is 'What the context asked with must contain (@>), for targets too';
