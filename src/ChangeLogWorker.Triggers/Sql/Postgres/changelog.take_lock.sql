-- changelog.take_lock(name, patience): takes one of ChangeLog's own locks until the end of the transaction, see
-- changelog.try_lock. Waits for patience, then fails like a lock_timeout and names the holder; callers that retry those
-- retry this. Polls, for a waiting session cannot ask whom it waits for.
-- Writes nothing but the row's lock. Notifies nothing.
create or replace function changelog.take_lock(lock_name text, patience interval default '5 seconds')
    returns void
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $function$
declare
    give_up_at constant timestamptz := clock_timestamp() + patience;
    holder text;
begin
    while not changelog.try_lock(lock_name) loop
        if clock_timestamp() > give_up_at then
            holder := changelog.lock_holder(lock_name);
            raise exception 'the lock "%" of ChangeLog is held by %', lock_name, coalesce(holder, 'another session')
                using errcode = 'lock_not_available';
        end if;
        perform pg_sleep(0.02);
    end loop;
end
$function$;
comment on function changelog.take_lock(text, interval) is 'Takes one of ChangeLog''s own locks, or says who holds it';
