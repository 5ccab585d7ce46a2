-- Events as people look them up. Append-only, except that a deleted user's id is nulled. changelog.link_users creates
-- the foreign key to the users table, which may come later, or never.
create table platform.activity_logs (
    id uuid primary key default gen_random_uuid(),
    user_id uuid,
    event_type varchar(50) not null,
    event_details jsonb,
    linked_table varchar(100),
    linked_id uuid,
    ip_address inet,
    user_agent text,
    occurred_at timestamptz default now(),
    created_at timestamptz default now()
);
create index idx_activity_logs_user_id on platform.activity_logs (user_id);
create index idx_activity_logs_event_type on platform.activity_logs (event_type);
create index idx_activity_logs_occurred_at on platform.activity_logs (occurred_at);
create index idx_activity_logs_linked on platform.activity_logs (linked_table, linked_id);
comment on table platform.activity_logs is
    'Domain events as people look for them, written by the handler activity; append-only';
comment on column platform.activity_logs.id is 'The event''s event__id';
comment on column platform.activity_logs.user_id is
    'The actor where that is a user; any other actor stands in event_details as actor_id';
comment on column platform.activity_logs.event_details is
    'The event''s payload, its event__id, and whole what its column could not hold';

create trigger refuse_change before update or delete on platform.activity_logs
    for each row execute function logs.refuse_change('deleted user');
create trigger refuse_truncate before truncate on platform.activity_logs
    for each statement execute function logs.refuse_change();
create trigger require_gone_user after update on platform.activity_logs
    referencing old table as old_rows
    for each statement execute function logs.require_gone_user();
