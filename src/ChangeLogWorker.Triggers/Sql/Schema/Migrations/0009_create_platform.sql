-- What people ask of the log: the audit view's indexes, activity_logs and user_audit_logs. Foreign keys to the users'
-- table are made by changelog.link_users, for that table may come later, or never.
create schema platform;
comment on schema platform is 'ChangeLog: audit and activity as people ask for them';

-- Frozen here, for indexes are made of it; inlined. One expression for the whole form takes five times as long.
create function logs.parse_uuid(value text)
    returns uuid
    language sql
    immutable
    parallel safe
as $function$
    select case
        when pg_catalog.octet_length(value) operator(pg_catalog.=) 36
            and value operator(pg_catalog.~~) '________-____-____-____-____________'
            and pg_catalog.octet_length(pg_catalog.replace(value, '-', '')) operator(pg_catalog.=) 32
            and value operator(pg_catalog.~) '^[0-9a-fA-F-]*$'
            then value::pg_catalog.uuid
    end
$function$;
comment on function logs.parse_uuid(text) is 'A uuid as text; anything else is null';

create table logs.change_table (
    table_oid oid not null,
    table_schema text not null,
    table_name text not null,
    resource varchar(100) not null generated always as (left(table_schema || '.' || table_name, 100)) stored,
    primary key (table_oid, table_schema, table_name)
);
create index on logs.change_table (resource);
comment on table logs.change_table is 'Every name under which a table was logged, written by the handler enrich: finds a table''s changes by its name then';
insert into logs.change_table (table_oid, table_schema, table_name)
select distinct c.table_oid, c.table_schema, c.table_name
from logs.change c;

create index on logs.change_details (logs.parse_uuid(record_id), position)
    where logs.parse_uuid(record_id) is not null;
create index on logs.change_details (logs.parse_uuid(actor_id), logged_at)
    where logs.parse_uuid(actor_id) is not null;
create index on logs.change_details (logged_at);

-- it returns more from now on
drop function if exists logs.page_links(bigint[], timestamptz, timestamptz);
alter table logs.change_links add column primary_id uuid;
create index on logs.change_links (position, logged_at)
    where primary_id is not null;
create index on logs.change_links ((linked_table::varchar(100)), primary_id, logged_at)
    where primary_id is not null;
comment on column logs.change_links.primary_id is 'linked_id of the one link that platform.audit_logs shows: the row''s own, else its first foreign key to a uuid; null: not that one';

-- an application's own entries: few among the events, and only they are in these; collations as the view's columns have them
create index on lib_event.event (
    ((payload ->> 'resource')::varchar(100)), (logs.parse_uuid(payload ->> 'resource_id')))
    where event_type = 'changelog.audit.recorded';
create index on lib_event.event ((logs.parse_uuid(payload ->> 'performed_by')), occurred_at)
    where event_type = 'changelog.audit.recorded';
create index on lib_event.event (occurred_at)
    where event_type = 'changelog.audit.recorded';
create index on lib_event.event (
    ((payload ->> 'linked_table')::varchar(100)) collate "C", (logs.parse_uuid(payload ->> 'linked_id')))
    where event_type = 'changelog.audit.recorded';

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
comment on table platform.activity_logs is 'Domain events as people look for them, written by the handler activity; append-only';
comment on column platform.activity_logs.id is 'The event''s event__id';
comment on column platform.activity_logs.user_id is 'The actor where that is a user; any other actor stands in event_details as actor_id';
comment on column platform.activity_logs.event_details is 'The event''s payload, its event__id, and whole what its column could not hold';

create table platform.user_audit_logs (
    id uuid primary key default gen_random_uuid(),
    user_id uuid,
    action varchar(100),
    metadata jsonb,
    created_at timestamp not null default (current_timestamp at time zone 'UTC')
);
create index idx_user_audit_logs_user_id on platform.user_audit_logs (user_id);
create index idx_user_audit_logs_action on platform.user_audit_logs (action);
comment on table platform.user_audit_logs is 'What users did, or what was done to them, written by the handler activity; append-only';
comment on column platform.user_audit_logs.id is 'The event''s event__id';
comment on column platform.user_audit_logs.user_id is 'The actor where that is a user; any other actor stands in metadata as actor_id';
comment on column platform.user_audit_logs.action is 'The event''s type, or what ChangeLog:Activity:ActionMap makes of it';
comment on column platform.user_audit_logs.metadata is 'The event''s payload, and ip, event__id, event_type, request_id';
comment on column platform.user_audit_logs.created_at is 'UTC';

create trigger refuse_change before update or delete on platform.activity_logs
    for each row execute function logs.refuse_change('deleted user');
create trigger refuse_change before update or delete on platform.user_audit_logs
    for each row execute function logs.refuse_change('deleted user');
create trigger refuse_truncate before truncate on platform.activity_logs
    for each statement execute function logs.refuse_change();
create trigger refuse_truncate before truncate on platform.user_audit_logs
    for each statement execute function logs.refuse_change();

alter table changelog.capture_setting add column users_table text;
comment on column changelog.capture_setting.users_table is 'ChangeLog:Platform:UsersTable as schema.table; null: auth.users, else public.users (changelog.users_table)';
