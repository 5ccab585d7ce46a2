-- platform.merge_details(payload, own): an event's payload merged with what the tables add; a payload that uses one of
-- those names itself, or is not an object, goes whole under "payload".
-- Writes nothing, notifies nothing.
create or replace function platform.merge_details(payload jsonb, own jsonb)
    returns jsonb
    language sql
    immutable
    set search_path = pg_catalog, pg_temp
as $function$
    select case
        when jsonb_typeof(payload) = 'object' and not payload ?| array(select jsonb_object_keys(own))
            then payload || own
        else own || jsonb_build_object('payload', payload)
    end
$function$;
