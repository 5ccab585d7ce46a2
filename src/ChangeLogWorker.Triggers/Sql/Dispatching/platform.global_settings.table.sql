-- Settings of applications and of the worker: captured like any other table. changelog.link_users creates the foreign
-- keys to the users table, which may come later, or never.
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
-- queried by each worker at each look
create index on platform.global_settings (key) where key like 'changelog.%';
-- to find the settings of a user who is gone
create index on platform.global_settings (created_by) where created_by is not null;
create index on platform.global_settings (updated_by) where updated_by is not null;
create index on platform.global_settings (deleted_by) where deleted_by is not null;
comment on table platform.global_settings is
    'Settings by key: ask platform.setting, read platform.settings. changelog.<section>.<name> is a setting of the '
    'worker';
comment on column platform.global_settings.is_secret is 'Readers see "[redacted]", and so does the log';
