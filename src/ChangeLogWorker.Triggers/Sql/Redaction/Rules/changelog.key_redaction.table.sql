-- Read for every event and every context: one row, derived from the rules (changelog.redaction_rule) by
-- changelog.refresh_key_redaction.
create table changelog.key_redaction (
    singleton boolean primary key default true constraint "there is one row" check (singleton),
    event_rules jsonb not null,
    event_hint text,
    context_rules jsonb not null,
    context_hint text
);
comment on table changelog.key_redaction is
    'Which keys of payloads, headers (rules for lib_event.event) and contexts (rules for logs.transaction) are '
    'redacted';
comment on column changelog.key_redaction.event_hint is
    'A regular expression that any text with such a key matches: what does not is not looked through';

insert into changelog.key_redaction (event_rules, event_hint, context_rules, context_hint)
select k.rules, k.hint, k.rules, k.hint
from (
    select
        jsonb_agg(
            jsonb_build_object('key', r.key_expression, 'way', r.way, 'skips_plain', true) order by r.place) as rules,
        string_agg(r.key_hint, '|' order by r.place) as hint
    from changelog.redaction_rule r
    where r.when_column is null) k;
