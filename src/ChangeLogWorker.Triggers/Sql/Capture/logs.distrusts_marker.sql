-- logs.distrusts_marker(): whether the setting changelog.transaction claims a transaction row that does not exist.
-- Rolling back a savepoint undoes both, but any writer may set the marker again. So it is trusted only if this session
-- wrote the row in this transaction, in a subtransaction that has not been rolled back. Raises if the session has
-- written no row at all (DISCARD SEQUENCES): the caller's exception block counts that as a yes. Inlined: no set clause,
-- all names qualified. Writes nothing, notifies nothing.
create or replace function logs.distrusts_marker()
    returns boolean
    language sql
    volatile
as $function$
    select case
        when pg_catalog.current_setting('changelog.transaction', true) operator(pg_catalog.<>) '' is not true then false
        -- txid_current, not pg_current_xact_id: a number without a conversion through text
        when pg_catalog.currval('changelog.marked') operator(pg_catalog.=) pg_catalog.txid_current() then false
        when pg_catalog.currval('changelog.marked') operator(pg_catalog.>) pg_catalog.txid_current()
            then pg_catalog.txid_status(pg_catalog.currval('changelog.marked')) operator(pg_catalog.=) 'aborted'
        else true
    end
$function$;
comment on function logs.distrusts_marker() is
    'Whether the marker claims that the transaction''s row was written although it was not';
