-- logs.distrusts_marker(): whether the setting changelog.transaction claims that the transaction has its row, and it
-- has none. The setting is undone with the row when a savepoint is rolled back, but any writer may set it, also anew
-- after such a rollback: it is believed only where this session wrote the row in this transaction, in a part that still
-- stands. Raises where the session has written no row (DISCARD SEQUENCES): asked within a block that takes that for a
-- yes. Inlined, hence no set clause and all in full. Writes nothing, notifies nothing.
create or replace function logs.distrusts_marker()
    returns boolean
    language sql
    volatile
as $function$
    select case
        when pg_catalog.current_setting('changelog.transaction', true) operator(pg_catalog.<>) '' is not true then false
        -- txid_current, not pg_current_xact_id: a number without a detour by text
        when pg_catalog.currval('changelog.marked') operator(pg_catalog.=) pg_catalog.txid_current() then false
        when pg_catalog.currval('changelog.marked') operator(pg_catalog.>) pg_catalog.txid_current()
            then pg_catalog.txid_status(pg_catalog.currval('changelog.marked')) operator(pg_catalog.=) 'aborted'
        else true
    end
$function$;
comment on function logs.distrusts_marker() is
    'Whether the marker claims that the transaction''s row was written, and it was not';
