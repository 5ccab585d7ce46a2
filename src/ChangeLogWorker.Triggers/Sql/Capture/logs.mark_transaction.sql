-- logs.mark_transaction(): remembers for the session which (sub)transaction wrote its transaction's row, for
-- logs.is_recorded. A trigger, because only there xmin is available: RETURNING has no system columns on a
-- partitioned table. Rows of other transactions are the sweep's, or a restore's. Nothing pinned, all names qualified,
-- one expression: anything more would cost every transaction.
-- Writes changelog.marked, notifies nothing.
create or replace function logs.mark_transaction()
    returns trigger
    language plpgsql
as $function$
declare
    nothing pg_catalog.record;
    marked bigint;
begin
    -- xmin has only 32 bits of the id; age() and txid_current() return numbers, without a conversion through text
    marked := case
        when new.xid operator(pg_catalog.=) pg_catalog.pg_current_xact_id()
            then pg_catalog.setval(
                'changelog.marked',
                pg_catalog.txid_current()
                    operator(pg_catalog.+) pg_catalog.age(pg_catalog.xid(new.xid))
                    operator(pg_catalog.-) pg_catalog.age(new.xmin))
        -- restored; the sweep's have no user
        when new.db_user is not null then changelog.expect_restore()
    end;
    return nothing;
end
$function$;
comment on function logs.mark_transaction() is
    'Trigger of logs.transaction: remembers for the session which (sub)transaction wrote the row';
