-- Who did what to which record, from where, and what it was before: the changes that enrich has handled, and entries
-- that applications insert themselves. Each searchable column is a plain expression of an indexed one, so that a
-- condition on the view is a condition on the table.
-- Both halves are in the order of an index, newest first, so that "order by performed_at desc limit 20" merges them and
-- reads no further. The planner plans each half as if all of it were wanted, and would hash whole tables; here it can
-- only look rows up one by one, in that order: in a lateral subquery, which the offset keeps, or, where a condition may
-- also come from the other side, by "= any (array[...])", which it can neither hash nor merge.
create or replace view platform.audit_logs as
(select
    logs.change_id(d.position, d.installation) as id,
    d.action::varchar(20) as action,
    r.resource,
    d.record_uuid as resource_id,
    l.linked_table::varchar(100) as linked_table,
    l.primary_id as linked_id,
    d.actor_uuid as performed_by,
    d.logged_at as performed_at,
    logs.parse_inet(t.context ->> 'ip_address') as ip_address,
    t.context ->> 'user_agent' as user_agent,
    case c.op
        when 'U' then c.record_data || c.previous_data
        when 'D' then c.record_data
    end as previous_state,
    case when c.op in ('I', 'U', 'S') then c.record_data end as new_state,
    t.context ->> 'reason' as notes,
    d.logged_at as created_at,
    d.record_id,
    d.actor_id,
    t.db_user,
    t.db_role,
    t.application_name,
    t.client_addr,
    d.request_id,
    t.event__id
from logs.change_details d
cross join lateral (
    select c.*
    from logs.change c
    where c.position = d.position
    and c.logged_at = d.logged_at
    offset 0) c
join logs.change_table r
    on r.table_oid = d.table_oid
    -- taken for half of the rows, where two equations would be taken for hardly any
    and case when r.table_schema = c.table_schema and r.table_name = c.table_name then true end
left join logs.transaction t
    on t.xid = any (array[c.xid])
    and t.logged_at = any (array[c.logged_at])
    and d.logged_at = any (array[t.logged_at])
left join logs.change_links l
    on l.position = any (array[d.position])
    and l.logged_at = any (array[d.logged_at])
    and d.position = any (array[l.position])
    and d.logged_at = any (array[l.logged_at])
    and l.primary_id is not null
order by d.logged_at desc)
union all
(select
    e.event__id,
    (e.payload ->> 'action')::varchar(20),
    (e.payload ->> 'resource')::varchar(100),
    logs.parse_uuid(e.payload ->> 'resource_id'),
    (e.payload ->> 'linked_table')::varchar(100),
    logs.parse_uuid(e.payload ->> 'linked_id'),
    logs.parse_uuid(e.payload ->> 'performed_by'),
    e.occurred_at,
    logs.parse_inet(e.payload ->> 'ip_address'),
    e.payload ->> 'user_agent',
    e.payload -> 'previous_state',
    e.payload -> 'new_state',
    e.payload ->> 'notes',
    e.created_at,
    logs.index_key(e.payload ->> 'record_id'),
    logs.index_key(e.payload ->> 'actor_id'),
    e.payload ->> 'db_user',
    e.payload ->> 'db_role',
    e.payload ->> 'application_name',
    logs.parse_inet(e.payload ->> 'client_addr'),
    e.payload ->> 'request_id',
    e.event__id
from lib_event.event e
where e.event_type = 'changelog.audit.recorded'
and e.payload ->> 'action' is not null
and e.payload ->> 'resource' is not null
order by e.occurred_at desc);

alter view platform.audit_logs alter column id set default gen_random_uuid();
alter view platform.audit_logs alter column performed_at set default now();
alter view platform.audit_logs alter column created_at set default now();

drop trigger if exists record_audit_entry on platform.audit_logs;
create trigger record_audit_entry instead of insert on platform.audit_logs
    for each row execute function platform.record_audit_entry();
drop trigger if exists refuse_change on platform.audit_logs;
create trigger refuse_change instead of update or delete on platform.audit_logs
    for each row execute function logs.refuse_change();

comment on view platform.audit_logs is
    'Immutable: one row a change, a few milliseconds after it, and one for each entry that an application has inserted '
    'here itself';
comment on column platform.audit_logs.id is
    'The change''s (version 8: select * from logs.change_by_id(id)), or the entry''s';
comment on column platform.audit_logs.action is
    'create, update, delete, soft_delete, restore, truncate, snapshot, or whatever an application''s entry says';
comment on column platform.audit_logs.resource is 'schema.table as it was named then; of an entry the text it holds';
comment on column platform.audit_logs.resource_id is 'record_id where that is a uuid';
comment on column platform.audit_logs.linked_table is
    'What the row''s own linked_table says, else the table that its first foreign key to a uuid refers to; all links: '
    'logs.change_links';
comment on column platform.audit_logs.performed_by is
    'actor_id where that is a uuid; it stays when the user is deleted';
comment on column platform.audit_logs.performed_at is
    'The start of the transaction; the order of changes is that of their ids';
comment on column platform.audit_logs.ip_address is
    'As the application''s context says; what the server saw is client_addr';
comment on column platform.audit_logs.previous_state is 'The whole row before; null: there was none';
comment on column platform.audit_logs.new_state is 'The whole row after; null: there is none';
comment on column platform.audit_logs.notes is 'The context''s reason, or the entry''s notes';
comment on column platform.audit_logs.record_id is
    'The record''s identity, as logs.index_key: beyond 1,000 bytes its SHA-256';
comment on column platform.audit_logs.actor_id is 'Who did it, as logs.index_key';
comment on column platform.audit_logs.db_user is
    'The session''s user; the application cannot forge it, in its own entries neither';
comment on column platform.audit_logs.db_role is 'The role set by SET ROLE, if any; the application cannot forge it';
comment on column platform.audit_logs.application_name is 'The connection''s application_name';
comment on column platform.audit_logs.client_addr is
    'The server''s view of the client; null on a local socket. The application cannot forge it';
comment on column platform.audit_logs.request_id is
    'The request that the context names, as logs.index_key; null also while logs.request_backfill has a row for it';
comment on column platform.audit_logs.event__id is
    'The event that announced the transaction, or that is the entry: select * from lib_events.events where '
    'event__id = ...';
