-- Which tables' linked_table and linked_id are cleared when their target is gone.
create table changelog.link_policy (
    place integer primary key,
    pattern text not null,
    is_default boolean not null,
    schema_like text not null,
    table_like text not null,
    policy text not null
        constraint "a policy is nullify, delete or keep" check (policy in ('nullify', 'delete', 'keep'))
);
comment on table changelog.link_policy is
    'ChangeLog:Links:Policies in force; of a table the first by place holds, and without one its links are left alone';

-- configured ones precede it, from 1 on
insert into changelog.link_policy (place, pattern, is_default, schema_like, table_like, policy)
values (1000001, 'platform.global_settings', true, 'platform', 'global' || chr(92) || '_settings', 'nullify');
