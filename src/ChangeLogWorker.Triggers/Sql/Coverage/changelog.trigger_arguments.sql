-- changelog.trigger_arguments(arguments): arguments in the format of pg_trigger.tgargs, each followed by a zero byte.
-- Writes nothing, notifies nothing.
create or replace function changelog.trigger_arguments(arguments text[])
    returns bytea
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
declare
    held bytea := '';
    argument text;
begin
    foreach argument in array arguments loop
        held := held || convert_to(argument, getdatabaseencoding()) || decode('00', 'hex');
    end loop;
    return held;
end
$function$;
comment on function changelog.trigger_arguments(text[]) is 'A trigger''s arguments in the format of the catalog';
