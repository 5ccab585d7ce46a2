-- changelog.mark_reconciled(): if every trigger is as it should be, notes the time, and returns whether that was so. A
-- gap found later begins here, so only an actual check may move it. Security definer, for the worker.
-- Writes changelog.installation, drops functions of ours that nothing calls. Notifies nothing.
create or replace function changelog.mark_reconciled()
    returns boolean
    language plpgsql
    security definer
    set search_path = pg_catalog, pg_temp
as $function$
declare
    looked_at constant timestamptz := clock_timestamp();
begin
    if exists (select from changelog.unreconciled_tables()) then
        return false;
    end if;
    perform changelog.drop_capture_functions();
    perform changelog.see_triggers();
    -- no restore takes longer than a day
    if to_regclass('changelog.restoring') is not null and not coalesce((
        select case when c.since ~ '^[0-9]{1,12}$'
            then to_timestamp(c.since::bigint) > looked_at - interval '1 day' end
        from obj_description(to_regtype('changelog.restoring'), 'pg_type') c (since)), false)
    then
        drop type changelog.restoring;
    end if;
    update changelog.installation
    set reconciled_at = looked_at
    where reconciled_at is null
    or reconciled_at < looked_at;
    return true;
end
$function$;
comment on function changelog.mark_reconciled() is 'Notes that every trigger is as it should be, if so';
