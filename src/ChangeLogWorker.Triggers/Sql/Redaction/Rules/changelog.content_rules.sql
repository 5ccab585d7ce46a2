-- changelog.content_rules(what): the rules for logs.redact_keys that a redaction needs: {"key", "way"}: a key;
-- {"actor"}: where from and with which device, and the actor id, unless it is anonymous (a number or a uuid).
-- Writes nothing, notifies nothing.
create or replace function changelog.content_rules(what jsonb)
    returns jsonb
    language sql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
    select case
        when what ? 'key' then
            jsonb_build_array(jsonb_build_object('key', what -> 'key', 'way', what -> 'way'))
            -- ip_address as user_audit_logs.metadata names it
            || case
                when 'ip_address' ~* (what ->> 'key')
                    then jsonb_build_array(jsonb_build_object('key', '^ip$', 'way', what -> 'way'))
                else '[]'
            end
        when what ? 'actor' then
            '[{"key": "^(ip|ip[_-]?address|client[_-]?addr|user[_-]?agent|device[_-]?id|request[_-]?id)$", '
            '"way": "mask"}]'
            || case
                when logs.is_anonymous(what ->> 'actor') then '[]'
                else '[{"key": "^(actor|actor[_-]?id|performed[_-]?by)$", "way": "hash"}]'::jsonb
            end
    end
$function$;
