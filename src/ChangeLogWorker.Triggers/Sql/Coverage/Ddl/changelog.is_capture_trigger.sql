-- changelog.is_capture_trigger(name, function): whether a trigger is one of ours, by its function, or takes the place
-- of one, by its name. Inlined. Writes nothing, notifies nothing.
create or replace function changelog.is_capture_trigger(trigger_name name, function oid)
    returns boolean
    language sql
    stable
as $function$
    select pg_catalog.starts_with(trigger_name::text, '!changelog_')
        or changelog.is_capture_function(function)
$function$;
comment on function changelog.is_capture_trigger(name, oid)
    is 'Whether a trigger is one of ours, or takes the place of one';
