-- A schema may be the application's too: what of it is ChangeLog's is known by name (changelog.is_own), not by the schema.
alter table changelog.installation add column shared_schemas text[] not null default '{}';
comment on column changelog.installation.shared_schemas is 'Schemas that were there before, whose owner, privileges and comment are the application''s, and that an uninstall leaves';
-- noted by the install before it made any (Installation/SharedSchemas.cs)
update changelog.installation
set shared_schemas = string_to_array(nullif(current_setting('changelog.shared_schemas', true), ''), ',')
where nullif(current_setting('changelog.shared_schemas', true), '') is not null;
drop function if exists changelog.is_left_out(name);
