-- What users did. Append-only, except that a deleted user's id is nulled. changelog.link_users creates the foreign key
-- to the users table, which may come later, or never.
create table platform.user_audit_logs (
    id uuid primary key default gen_random_uuid(),
    user_id uuid,
    action varchar(100),
    metadata jsonb,
    created_at timestamp not null default (current_timestamp at time zone 'UTC')
);
create index idx_user_audit_logs_user_id on platform.user_audit_logs (user_id);
create index idx_user_audit_logs_action on platform.user_audit_logs (action);
comment on table platform.user_audit_logs is
    'What users did, or what was done to them, written by the handler activity; append-only';
comment on column platform.user_audit_logs.id is 'The event''s event__id';
comment on column platform.user_audit_logs.user_id is
    'The actor where that is a user; any other actor stands in metadata as actor_id';
comment on column platform.user_audit_logs.action is
    'The event''s type, or what ChangeLog:Activity:ActionMap makes of it';
comment on column platform.user_audit_logs.metadata is
    'The event''s payload, and ip, event__id, event_type, request_id';
comment on column platform.user_audit_logs.created_at is 'UTC';

create trigger refuse_change before update or delete on platform.user_audit_logs
    for each row execute function logs.refuse_change('deleted user');
create trigger refuse_truncate before truncate on platform.user_audit_logs
    for each statement execute function logs.refuse_change();
create trigger require_gone_user after update on platform.user_audit_logs
    referencing old table as old_rows
    for each statement execute function logs.require_gone_user();
