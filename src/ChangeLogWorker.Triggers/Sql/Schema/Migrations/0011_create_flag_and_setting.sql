-- Flags and settings, for applications and for the worker itself: tables like any other, logged. Foreign keys to the users'
-- table are made by changelog.link_users, for that table may come later, or never.
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
comment on table platform.feature_flags is 'Who has which feature: ask platform.feature_enabled. changelog.handler.<name> stops and starts a handler of the worker';
comment on column platform.feature_flags.rollout_percentage is 'Of users who are no target: how many of a hundred; 0 is no rollout';
comment on column platform.feature_flags.conditions is 'What the context asked with must contain (@>), for targets too';

create table platform.global_settings (
    id uuid primary key default gen_random_uuid(),
    key varchar(150) not null unique,
    value jsonb not null,
    description text,
    is_secret boolean default false,
    linked_table varchar(100),
    linked_id uuid,
    created_at timestamptz default now(),
    updated_at timestamptz,
    deleted_at timestamptz,
    created_by uuid,
    updated_by uuid,
    deleted_by uuid
);
create index idx_global_settings_key on platform.global_settings (key);
create index idx_global_settings_linked on platform.global_settings (linked_table, linked_id);
comment on table platform.global_settings is 'Settings by key: ask platform.setting, read platform.settings. changelog.<section>.<name> is a setting of the worker';
comment on column platform.global_settings.is_secret is 'Readers see "[redacted]", and so does the log';

-- what each worker asks at each look
create index on platform.feature_flags (key)
    where key like 'changelog.%';
create index on platform.global_settings (key)
    where key like 'changelog.%';

-- it returns more from now on
drop function if exists changelog.look(text[], boolean);
