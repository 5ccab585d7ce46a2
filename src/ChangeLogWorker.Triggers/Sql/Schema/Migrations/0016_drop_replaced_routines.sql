-- What is no longer part of it, and what has been given another row type: a routine is only replaced where its result stays.
-- Only then: one whose text is known already is not made again.
drop function if exists changelog.recover_transaction(xid8, timestamptz, bigint);
drop function if exists changelog.as_captured(record, oid);
do $migration$
begin
    if exists (
        select
        from pg_catalog.pg_proc p
        where p.oid = to_regprocedure('changelog.orders()')
        and not 'flag' = any (p.proargnames))
    then
        drop function changelog.orders();
    end if;
end
$migration$;
comment on column changelog.redaction_rule.column_like is 'LIKE pattern of column names in lower case, to show: what is matched, columns and keys within JSON, is key_expression';
