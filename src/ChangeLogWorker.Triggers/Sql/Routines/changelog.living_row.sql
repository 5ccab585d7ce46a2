-- changelog.living_row(target, record): a record as it stands in its table, as capture would log it, redacted too; null where
-- there is none. With the caller's rights to the table; the casts to json of its types run as logs.capture_living says.
-- Writes nothing, notifies nothing.
create or replace function changelog.living_row(target oid, record text)
    returns jsonb
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
declare
    condition text := changelog.key_condition(target, '$1');
    living jsonb;
begin
    if condition is not null then
        execute format('select logs.capture_living(r, $2) from %s r where %s', target::regclass, condition)
        into living
        using record, target;
    end if;
    return changelog.redact_living(living, changelog.redaction_of(target));
end
$function$;
comment on function changelog.living_row(oid, text) is 'A record as it stands in its table, as JSON';
