-- Current settings, for readers without SELECT on the table; secrets are masked for those.
create or replace view platform.settings with (security_barrier) as
select
    s.key,
    case
        when s.is_secret is not true or has_table_privilege('platform.global_settings', 'select') then s.value
        else '"[redacted]"'
    end as value,
    s.description,
    s.is_secret,
    s.linked_table,
    s.linked_id,
    s.created_at,
    s.updated_at
from platform.global_settings s
where s.deleted_at is null;
comment on view platform.settings is 'The settings in force, secrets masked';
