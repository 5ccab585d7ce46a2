-- changelog.current_row(target, record): a record's current row as capture would log it, redacted; null if there is
-- none. Reads the table with the caller's rights, for a superuser with its owner's; runs casts to json as
-- logs.capture_current does. Effects of the application's code are rolled back.
-- Writes nothing, notifies nothing.
create or replace function changelog.current_row(target oid, record text)
    returns jsonb
    language plpgsql
    volatile
    set search_path = pg_catalog, pg_temp
as $function$
declare
    keys record;
    condition text;
    lent text;
    found jsonb;
begin
    begin
        if changelog.reads_as_itself(target) then
            condition := changelog.key_condition(target, '$1');
            if condition is not null then
                execute format('select logs.capture_current(r, $2) from %s r where %s', target::regclass, condition)
                into found
                using record, target;
            end if;
        else
            keys := changelog.lookup_condition(target);
            if keys.columns is not null then
                execute format('select %s from (select $1 as id) i', keys.known) into condition using record;
            end if;
            if condition::boolean then
                lent := changelog.lend_to_owner(
                    target, 'text', format('setof %s', target::regclass),
                    format(
                        'select r.* from %s r cross join (select $1 as id) i where %s', target::regclass, keys.same));
            end if;
            if lent is not null then
                execute format('select logs.capture_current(r, $2) from %s($1) r', lent)
                into found using record, target;
            end if;
        end if;
        -- always: the code that ran here leaves nothing behind
        raise exception using errcode = 'CLOG1';
    exception when sqlstate 'CLOG1' then
        null;
    end;
    return changelog.redact_current(found, changelog.redaction_of(target));
end
$function$;
comment on function changelog.current_row(oid, text) is 'A record as it stands in its table, as JSON';
