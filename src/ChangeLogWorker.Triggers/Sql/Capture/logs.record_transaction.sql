-- logs.record_transaction(): writes the current transaction's row, for logs.is_recorded. If the row exists already,
-- because the session has forgotten it (RESET ALL), nothing is written or announced again. Not for PUBLIC: its caller
-- could put words into the log. The caller has drawn the transaction's id: a worker going to sleep waits for anyone who
-- may have read "awake". Nothing pinned, all names qualified: pinning costs every transaction 16,000 instructions.
-- Writes logs.transaction. Notifies lib_event.created if lib_event.must_announce.
create or replace function logs.record_transaction()
    returns void
    language plpgsql
as $function$
declare
    new_id pg_catalog.uuid := pg_catalog.gen_random_uuid();
    -- shortcut without a context: the full path costs 15 microseconds a transaction
    new_context pg_catalog.jsonb := case
        when coalesce(pg_catalog.current_setting('changelog.context', true), '') operator(pg_catalog.=) ''
            and coalesce(pg_catalog.current_setting('request.jwt.claims', true), '') operator(pg_catalog.=) ''
            then '{}'
        else changelog.current_context()
    end;
    rings pg_catalog.bool := lib_event.must_announce();
begin
    if pg_catalog.to_regclass('changelog.restoring') is not null then
        perform changelog.raise_positions();
    end if;
    insert into logs.transaction (
        position, event__id, xid, logged_at, actor_id, context, db_user, db_role, application_name, client_addr,
        announced)
    values (
        pg_catalog.nextval('lib_event.position'),
        new_id,
        pg_catalog.pg_current_xact_id(),
        pg_catalog.now(),
        new_context operator(pg_catalog.->>) 'actor_id',
        new_context,
        session_user,
        -- not nullif, which looks its operator up on the search_path
        case when pg_catalog.current_setting('role') operator(pg_catalog.<>) 'none'
            then pg_catalog.current_setting('role') end,
        case when pg_catalog.current_setting('application_name') operator(pg_catalog.<>) ''
            then pg_catalog.current_setting('application_name') end,
        pg_catalog.inet_client_addr(),
        rings)
    on conflict do nothing;
    if found and rings then
        perform lib_event.announce(new_id);
    end if;
    perform pg_catalog.set_config('changelog.transaction', 'recorded', true);
end
$function$;
comment on function logs.record_transaction() is
    'Writes the transaction''s row before its first change, for the capture functions only';
