-- logs.is_redacted(value): whether a text is the replacement of a redacted value. Inlined.
-- Writes nothing, notifies nothing.
create or replace function logs.is_redacted(value text)
    returns boolean
    language sql
    immutable
    parallel safe
as $function$
    select value operator(pg_catalog.~) '^(hmac-sha256:[0-9a-f]{64}|[[]redacted])$'
$function$;
comment on function logs.is_redacted(text) is 'Whether a text is the replacement of a redacted value';
