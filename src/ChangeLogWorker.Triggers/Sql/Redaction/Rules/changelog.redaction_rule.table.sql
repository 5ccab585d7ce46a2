-- The redaction rules for rows, events and contexts.
create table changelog.redaction_rule (
    place integer primary key,
    name text not null,
    is_default boolean not null,
    is_off boolean not null default false
        constraint "only a default rule is switched off" check (is_default or not is_off),
    schema_like text not null,
    table_like text not null,
    column_like text not null,
    key_expression text not null,
    key_hint text not null,
    way text not null constraint "a rule masks, hashes or omits" check (way in ('mask', 'hash', 'omit')),
    when_column text,
    skips_plain boolean not null default false
);
comment on table changelog.redaction_rule is
    'ChangeLog:Redaction in force, for the reconcile and for the DDL event trigger; of a column the first rule by '
    'place holds';
comment on column changelog.redaction_rule.name is 'What the rule is known by: its pattern, or table and pattern';
comment on column changelog.redaction_rule.column_like is
    'LIKE pattern of column names in lower case, to show: what is matched, columns and keys within JSON, is '
    'key_expression';
comment on column changelog.redaction_rule.key_expression is
    'Regular expression of keys within JSON, of which an underscore may be a hyphen or missing: apiKey';
comment on column changelog.redaction_rule.key_hint is 'Regular expression that any text with such a key matches';
comment on column changelog.redaction_rule.when_column is
    'Only rows in which this boolean column is true, before or after the change; such a rule is none for keys within '
    'JSON';
comment on column changelog.redaction_rule.skips_plain is
    'Boolean and number columns, and such values within JSON, are left as they are';

-- configured rules precede them, from 1 on
insert into changelog.redaction_rule (
    place, name, is_default, schema_like, table_like, column_like, key_expression, key_hint, way, when_column,
    skips_plain)
select
    place, name, true, schema_like, table_like, column_like, key_expression, key_hint, 'mask', when_column, skips_plain
from (values
    (1000001, '*password*', '%', '%', '%password%', '^.*password.*$', 'password', null, true),
    (1000002, '*passwd*', '%', '%', '%passwd%', '^.*passwd.*$', 'passwd', null, true),
    (1000003, '*secret*', '%', '%', '%secret%', '^.*secret.*$', 'secret', null, true),
    (1000004, '*token', '%', '%', '%token', '^.*token$', 'token', null, true),
    (1000005, '*api_key*', '%', '%', '%api' || chr(92) || '_key%', '^.*api[_-]?key.*$', 'api[_-]?key', null, true),
    (1000006, '*private_key*', '%', '%', '%private' || chr(92) || '_key%', '^.*private[_-]?key.*$', 'private[_-]?key',
        null, true),
    (1000007, 'platform.global_settings.value', 'platform', 'global' || chr(92) || '_settings', 'value', '^value$',
        'value', 'is_secret', false)
) as d (place, name, schema_like, table_like, column_like, key_expression, key_hint, when_column, skips_plain);
