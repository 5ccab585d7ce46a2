-- changelog.lock_holder(name): who holds one of ChangeLog's own locks (changelog.try_lock): process, user, application,
-- since when; null if nobody does. The row holds the id of the transaction that locked it last, which may have ended
-- since.
-- Writes nothing, notifies nothing.
create or replace function changelog.lock_holder(lock_name text)
    returns text
    language sql
    stable
    security definer
    set search_path = pg_catalog, pg_temp
as $function$
    select case
               when k.pid is null then 'a prepared transaction (pg_prepared_xacts)'
               else format('process %s', k.pid)
                   || coalesce(format(' of %s', a.usename), '')
                   || coalesce(format(', application %s', nullif(a.application_name, '')), '')
                   || coalesce(
                       format(', since %s', to_char(a.xact_start at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS "UTC"')),
                       '')
           end
    from changelog.lock l
    join pg_locks k on k.locktype = 'transactionid' and k.granted and k.transactionid = l.xmax
    left join pg_stat_activity a on a.pid = k.pid
    where l.name = lock_name
    limit 1
$function$;
comment on function changelog.lock_holder(text) is 'Who holds one of ChangeLog''s own locks';
