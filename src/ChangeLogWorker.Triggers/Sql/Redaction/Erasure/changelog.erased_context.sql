-- changelog.erased_context(context): a context or event headers with every value masked that could identify the person;
-- the actor id is hashed unless it is anonymous (a number, a uuid).
-- Writes nothing, notifies nothing.
create or replace function changelog.erased_context(context jsonb)
    returns jsonb
    language sql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
    select coalesce(
        jsonb_object_agg(
            c.name,
            case
                when c.name in ('version', 'recovered', 'linked_table', 'linked_id') then c.value
                when c.name not in ('actor_id', 'actor') then logs.redact_value(c.value, 'mask')
                when logs.is_anonymous(c.value #>> '{}') then c.value
                else logs.redact_value(c.value, 'hash')
            end),
        '{}')
    from jsonb_each(context) c (name, value)
$function$;
