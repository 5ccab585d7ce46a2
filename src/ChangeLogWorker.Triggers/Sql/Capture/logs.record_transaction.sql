-- logs.record_transaction(): writes the current transaction's row and sets the marker. If the marker was lost (RESET
-- ALL) the row exists already: nothing is written or announced again. Not for PUBLIC: its caller could put words into
-- the log. The caller has drawn the transaction's id: a worker going to sleep waits for anyone who may have read
-- "awake".
-- Writes logs.transaction. Notifies lib_event.created if lib_event.must_announce.
create or replace function logs.record_transaction()
    returns void
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $function$
declare
    new_id uuid := gen_random_uuid();
    -- shortcut without a context: the full path costs 15 microseconds a transaction
    new_context jsonb := case
        when coalesce(current_setting('changelog.context', true), '') = ''
            and coalesce(current_setting('request.jwt.claims', true), '') = ''
            then '{}'
        else changelog.current_context()
    end;
    rings boolean := lib_event.must_announce();
begin
    if to_regclass('changelog.restoring') is not null then
        perform changelog.raise_positions();
    end if;
    insert into logs.transaction (
        position, event__id, xid, logged_at, actor_id, context, db_user, db_role, application_name, client_addr,
        announced)
    values (
        nextval('lib_event.position'),
        new_id,
        pg_current_xact_id(),
        now(),
        new_context ->> 'actor_id',
        new_context,
        session_user,
        nullif(current_setting('role'), 'none'),
        nullif(current_setting('application_name'), ''),
        inet_client_addr(),
        rings)
    on conflict do nothing;
    if found and rings then
        perform lib_event.announce(new_id);
    end if;
    perform set_config('changelog.transaction', pg_current_xact_id()::text, true);
end
$function$;
comment on function logs.record_transaction() is
    'Writes the transaction''s row before its first change, for the capture functions only';
