-- changelog.trigger_arguments(arguments): how pg_trigger.tgargs holds them, each with a zero byte behind it.
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
comment on function changelog.trigger_arguments(text[]) is 'A trigger''s arguments as the catalog holds them';
