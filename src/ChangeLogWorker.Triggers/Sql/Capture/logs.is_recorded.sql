-- logs.is_recorded(): whether the current transaction has its row in logs.transaction. The setting only says that it is
-- worth asking, for anyone may set it: what counts is that this session wrote the row in this transaction, in a
-- subtransaction that has not been rolled back (logs.mark_transaction). Raises if the setting is set and the session
-- has written no row at all (DISCARD SEQUENCES): to its callers' exception blocks that is a no. Inlined: no set clause,
-- all names qualified. Writes nothing, notifies nothing.
create or replace function logs.is_recorded()
    returns boolean
    language sql
    volatile
as $function$
    select case
        when pg_catalog.current_setting('changelog.transaction', true) operator(pg_catalog.<>) '' is not true then false
        -- txid_current, not pg_current_xact_id: a number without a conversion through text
        when pg_catalog.currval('changelog.marked') operator(pg_catalog.=) pg_catalog.txid_current() then true
        when pg_catalog.currval('changelog.marked') operator(pg_catalog.>) pg_catalog.txid_current()
            then pg_catalog.txid_status(pg_catalog.currval('changelog.marked')) operator(pg_catalog.<>) 'aborted'
        else false
    end
$function$;
comment on function logs.is_recorded() is
    'Whether the current transaction has written its row';
