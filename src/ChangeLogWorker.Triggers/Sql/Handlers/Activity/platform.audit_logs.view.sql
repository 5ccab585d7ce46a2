-- Who did what to which record, from where, and what it was before: the changes that enrich has handled, and entries
-- that applications insert themselves. Each searchable column is a plain expression of an indexed one, so that a
-- condition on the view is a condition on the table.
create or replace view platform.audit_logs as
select
    logs.change_id(c.position, i.number) as id,
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
    d.actor_id
from logs.change_details d
join logs.change c on c.position = d.position and c.logged_at = d.logged_at
join logs.change_table r
    on r.table_oid = d.table_oid and r.table_schema = c.table_schema and r.table_name = c.table_name
cross join changelog.installation i
left join logs.transaction t on t.xid = c.xid and t.logged_at = c.logged_at
left join logs.change_links l on l.position = d.position and l.logged_at = d.logged_at and l.primary_id is not null
union all
select
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
    logs.index_key(e.payload ->> 'actor_id')
from lib_event.event e
where e.event_type = 'changelog.audit.recorded'
and e.payload ->> 'action' is not null
and e.payload ->> 'resource' is not null;

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
    'As the application''s context says; what the server saw is client_addr of logs.transaction';
comment on column platform.audit_logs.previous_state is 'The whole row before; null: there was none';
comment on column platform.audit_logs.new_state is 'The whole row after; null: there is none';
comment on column platform.audit_logs.notes is 'The context''s reason, or the entry''s notes';
comment on column platform.audit_logs.record_id is
    'The record''s identity, as logs.index_key: beyond 1,000 bytes its SHA-256';
comment on column platform.audit_logs.actor_id is 'Who did it, as logs.index_key';
