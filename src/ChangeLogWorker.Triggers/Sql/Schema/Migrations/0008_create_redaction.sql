-- What of rows, events and contexts is not recorded raw, and the key under which values are hashed.
create table changelog.redaction_rule (
    place integer primary key,
    name text not null,
    is_default boolean not null,
    is_off boolean not null default false constraint "only a default rule is switched off" check (is_default or not is_off),
    schema_like text not null,
    table_like text not null,
    column_like text not null,
    key_expression text not null,
    key_hint text not null,
    way text not null constraint "a rule masks, hashes or omits" check (way in ('mask', 'hash', 'omit')),
    when_column text,
    skips_plain boolean not null default false
);
comment on table changelog.redaction_rule is 'ChangeLog:Redaction in force, for the reconcile and for the DDL event trigger; of a column the first rule by place holds';
comment on column changelog.redaction_rule.name is 'What the rule is known by: its pattern, or table and pattern';
comment on column changelog.redaction_rule.column_like is 'LIKE pattern of column names in lower case, escaped by a backslash';
comment on column changelog.redaction_rule.key_expression is 'Regular expression of keys within JSON, of which an underscore may be a hyphen or missing: apiKey';
comment on column changelog.redaction_rule.key_hint is 'Regular expression that any text with such a key matches';
comment on column changelog.redaction_rule.when_column is 'Only rows in which this boolean column is true, before or after the change; such a rule is none for keys within JSON';
comment on column changelog.redaction_rule.skips_plain is 'Boolean and number columns, and such values within JSON, are left as they are';

-- configured rules stand before them, from 1 on
insert into changelog.redaction_rule (
    place, name, is_default, schema_like, table_like, column_like, key_expression, key_hint, way, when_column, skips_plain)
select place, name, true, schema_like, table_like, column_like, key_expression, key_hint, 'mask', when_column, skips_plain
from (values
    (1000001, '*password*', '%', '%', '%password%', '^.*password.*$', 'password', null, true),
    (1000002, '*passwd*', '%', '%', '%passwd%', '^.*passwd.*$', 'passwd', null, true),
    (1000003, '*secret*', '%', '%', '%secret%', '^.*secret.*$', 'secret', null, true),
    (1000004, '*token', '%', '%', '%token', '^.*token$', 'token', null, true),
    (1000005, '*api_key*', '%', '%', '%api' || chr(92) || '_key%', '^.*api[_-]?key.*$', 'api[_-]?key', null, true),
    (1000006, '*private_key*', '%', '%', '%private' || chr(92) || '_key%', '^.*private[_-]?key.*$', 'private[_-]?key', null, true),
    (1000007, 'platform.global_settings.value', 'platform', 'global' || chr(92) || '_settings', 'value', '^value$', 'value', 'is_secret', false)
) as d (place, name, schema_like, table_like, column_like, key_expression, key_hint, when_column, skips_plain);

-- Read by every event and every context: one row, made of the rules by changelog.refresh_key_redaction.
create table changelog.key_redaction (
    singleton boolean primary key default true constraint "there is one row" check (singleton),
    event_rules jsonb not null,
    event_hint text,
    context_rules jsonb not null,
    context_hint text
);
insert into changelog.key_redaction (event_rules, event_hint, context_rules, context_hint)
select k.rules, k.hint, k.rules, k.hint
from (
    select
        jsonb_agg(jsonb_build_object('key', r.key_expression, 'way', r.way, 'skips_plain', true) order by r.place) as rules,
        string_agg(r.key_hint, '|' order by r.place) as hint
    from changelog.redaction_rule r
    where r.when_column is null) k;
comment on table changelog.key_redaction is 'Which keys of payloads, headers (rules for lib_event.event) and contexts (rules for logs.transaction) are redacted';
comment on column changelog.key_redaction.event_hint is 'A regular expression that any text with such a key matches: what does not is not looked through';

-- Two random blocks do what HMAC makes of one key; a key of one's own is made into them by changelog.set_redaction_key.
create table changelog.redaction_key (
    singleton boolean primary key default true constraint "there is one key" check (singleton),
    inner_block bytea not null,
    outer_block bytea not null
);
insert into changelog.redaction_key (inner_block, outer_block)
select b.blocks[1], b.blocks[2]
from (
    select array_agg(sha256(convert_to(r.one, 'UTF8')) || sha256(convert_to(r.other, 'UTF8'))) as blocks
    from (
        select gen_random_uuid()::text || gen_random_uuid() as one, gen_random_uuid()::text || gen_random_uuid() as other
        from generate_series(1, 2)) r) b;
comment on table changelog.redaction_key is 'The secret of the way hash: for nobody but the owner and what runs with its rights';
