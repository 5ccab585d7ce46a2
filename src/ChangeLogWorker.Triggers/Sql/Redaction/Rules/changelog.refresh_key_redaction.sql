-- changelog.refresh_key_redaction(): updates the rules that events and contexts use. Owner's rights: it stores what the
-- rules say, whoever calls it.
-- Writes changelog.key_redaction. Notifies nothing.
create or replace function changelog.refresh_key_redaction()
    returns void
    language sql
    security definer
    set search_path = pg_catalog, pg_temp
as $function$
    update changelog.key_redaction k
    set event_rules = e.rules,
        event_hint = e.hint,
        context_rules = c.rules,
        context_hint = c.hint
    from changelog.key_rules('lib_event', 'event') e
    cross join changelog.key_rules('logs', 'transaction') c
    where (k.event_rules, k.event_hint, k.context_rules, k.context_hint)
        is distinct from (e.rules, e.hint, c.rules, c.hint)
$function$;
