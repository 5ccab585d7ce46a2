-- changelog.set_context(context): says who acts and from where, until the transaction ends; calls merge.
-- After the first change it amends the transaction's own row; nobody else can have seen that row yet.
-- Writes the setting changelog.context, logs.transaction. Notifies nothing.
create or replace function changelog.set_context(context jsonb)
    returns void
    language plpgsql
    security definer
    set search_path = pg_catalog, pg_temp
as $function$
declare
    new_context jsonb;
begin
    if set_context.context is null or jsonb_typeof(set_context.context) <> 'object' then
        raise exception 'changelog.set_context: the context must be a JSON object, not %',
            coalesce(jsonb_typeof(set_context.context), 'NULL')
        using errcode = 'invalid_parameter_value',
            hint = 'For example: select changelog.set_context(jsonb_build_object(''actor_id'', ''anna''))';
    end if;
    new_context := changelog.parse_context(current_setting('changelog.context', true)) || set_context.context;
    perform set_config('changelog.context', new_context::text, true);
    -- by the transaction's id, not by capture's marker, which can be lost
    -- a read-only transaction gets an id too, from a temporary table
    if pg_current_xact_id_if_assigned() is not null and current_setting('transaction_read_only') = 'off' then
        new_context := changelog.current_context();
        update logs.transaction t
        set context = new_context,
            actor_id = new_context ->> 'actor_id'
        where t.xid = pg_current_xact_id_if_assigned()
        and t.logged_at = now();
    end if;
end
$function$;
comment on function changelog.set_context(jsonb) is
    'Transaction-local: actor_id, ip_address, user_agent, request_id, device_id, version, reason, traceparent, and '
    'whatever else the application adds';
