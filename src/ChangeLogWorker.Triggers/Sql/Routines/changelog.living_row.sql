-- changelog.living_row(target, record): a record as it stands in its table, as JSON in the words of the log; null where there is
-- none. With the caller's rights. Writes nothing, notifies nothing.
create or replace function changelog.living_row(target oid, record text)
    returns jsonb
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
    set timezone = 'UTC'
    set datestyle = 'ISO, MDY'
    set intervalstyle = 'postgres'
    set bytea_output = 'hex'
    set extra_float_digits = 1
as $function$
declare
    condition text := changelog.key_condition(target, '$1');
    living jsonb;
begin
    if condition is not null then
        execute format('select to_jsonb(r) from %s r where %s', target::regclass, condition) into living using record;
    end if;
    return living;
end
$function$;
comment on function changelog.living_row(oid, text) is 'A record as it stands in its table, as JSON';
