-- changelog.is_gone(target, record): whether a table certainly has no such record: false if ChangeLog's owner may not
-- look it up, if the table is locked, or if its key is redacted in the log. Security definer: nobody who reads the log
-- is to read a table of the application for it, and so to run its owner's code.
-- Writes nothing, notifies nothing.
create or replace function changelog.is_gone(target oid, record text)
    returns boolean
    language plpgsql
    volatile
    security definer
    set search_path = pg_catalog, pg_temp
as $function$
begin
    return cardinality(changelog.absent_targets(target, array[record])) > 0 and not exists (
        select
        from changelog.key_columns(target) k
        join changelog.redacted_columns(target) r on r.column_name = any (k.columns));
exception when insufficient_privilege or lock_not_available then
    return false;
end
$function$;
comment on function changelog.is_gone(oid, text) is 'Whether a table certainly has no such record now';
