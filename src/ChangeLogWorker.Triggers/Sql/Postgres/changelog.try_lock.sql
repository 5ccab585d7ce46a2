-- changelog.try_lock(name): takes one of ChangeLog's own locks until the end of the transaction, if it is free, and
-- returns whether it did. A row lock on a table that only its owner may lock: any login may hold an advisory lock. Call
-- it outside any exception block, or its holder cannot be found. Writes nothing but the row's lock.
-- Notifies nothing.
create or replace function changelog.try_lock(lock_name text)
    returns boolean
    language plpgsql
    security definer
    set search_path = pg_catalog, pg_temp
as $function$
begin
    perform from changelog.lock l where l.name = lock_name for update skip locked;
    if found then
        return true;
    end if;
    if not exists (select from changelog.lock l where l.name = lock_name) then
        -- a data-only restore may have left it out
        insert into changelog.lock (name) values (lock_name) on conflict do nothing;
        perform from changelog.lock l where l.name = lock_name for update skip locked;
    end if;
    return found;
end
$function$;
comment on function changelog.try_lock(text) is 'Takes one of ChangeLog''s own locks, if nobody has it';
