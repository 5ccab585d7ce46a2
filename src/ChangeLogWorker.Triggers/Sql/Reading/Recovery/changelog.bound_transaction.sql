-- changelog.bound_transaction(milliseconds): has the server end the transaction it is called in, when its client hangs.
-- Three ways to hang, three settings: nothing more is asked (the session ends), a statement runs on for nobody (it is
-- cancelled), the answer is not fetched (the connection is dropped, where the system can; on a local socket it is not).
-- They end with the transaction, so they reach through a transaction pooler. Writes nothing, notifies nothing.
create or replace function changelog.bound_transaction(milliseconds integer)
    returns void
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $function$
begin
    perform set_config('idle_in_transaction_session_timeout', milliseconds::text, true);
    perform set_config('statement_timeout', milliseconds::text, true);
    perform set_config('tcp_user_timeout', milliseconds::text, true);
end
$function$;
comment on function changelog.bound_transaction(integer) is 'Lets no worker that hangs hold a page: the server ends its transaction';
