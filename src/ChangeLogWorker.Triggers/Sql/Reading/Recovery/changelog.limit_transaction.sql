-- changelog.limit_transaction(milliseconds): makes the server end the current transaction if its client hangs. Three
-- ways to hang, three settings: an idle client (the session is ended), a statement nobody waits for (it is cancelled),
-- a result nobody fetches (the connection is dropped if the system can; not on a local socket). Transaction-local, so
-- they work through a transaction pooler. Writes nothing, notifies nothing.
create or replace function changelog.limit_transaction(milliseconds integer)
    returns void
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $function$
declare
    setting text;
begin
    -- assigned instead of performed: a simple expression skips the executor
    setting := set_config('idle_in_transaction_session_timeout', milliseconds::text, true);
    setting := set_config('statement_timeout', milliseconds::text, true);
    setting := set_config('tcp_user_timeout', milliseconds::text, true);
end
$function$;
comment on function changelog.limit_transaction(integer) is
    'Keeps a hung worker from holding a page: the server ends its transaction';
