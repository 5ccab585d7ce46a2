-- This installation: its number, and which of its schemas it shares with the application (recorded by
-- changelog.script.table.sql).
create table changelog.installation (
    singleton boolean primary key default true constraint "there is one installation" check (singleton),
    number bigint not null,
    installed_at timestamptz not null default now(),
    reconciled_at timestamptz,
    uninstalled_at timestamptz,
    shared_schemas text[] not null default '{}'
);
comment on table changelog.installation is 'One row: this installation';
comment on column changelog.installation.number is '62 random bits; the second half of every id in logs.changes';
comment on column changelog.installation.reconciled_at is 'When every trigger was last seen to be as it should';
comment on column changelog.installation.shared_schemas is
    'Schemas that were there before, whose owner, privileges and comment are the application''s, and that an '
    'uninstall leaves';

-- sha256, not md5, which a server in FIPS mode refuses
insert into changelog.installation (number, shared_schemas)
select ('x' || encode(substr(sha256(convert_to(gen_random_uuid()::text, 'UTF8')), 1, 8), 'hex'))::bit(64)::bigint
     & 4611686018427387903,
    coalesce(string_to_array(nullif(current_setting('changelog.shared_schemas', true), ''), ','), '{}');
