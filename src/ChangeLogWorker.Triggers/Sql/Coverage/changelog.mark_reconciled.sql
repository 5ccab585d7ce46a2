-- changelog.mark_reconciled(): notes that every trigger is as it should be, if that is so. From this moment on a gap
-- begins, when triggers are found missing later: only what has been looked at may move it. With the owner's rights: the
-- worker calls it. Returns whether it is so. Writes
-- changelog.installation, drops functions of ours that nothing calls. Notifies nothing.
create or replace function changelog.mark_reconciled()
    returns boolean
    language plpgsql
    security definer
    set search_path = pg_catalog, pg_temp
as $function$
declare
    looked_at constant timestamptz := clock_timestamp();
begin
    if exists (select from changelog.out_of_line()) then
        return false;
    end if;
    perform changelog.drop_capture_functions();
    perform changelog.see_triggers();
    -- by then any restore has ended
    if obj_description(to_regtype('changelog.restoring'), 'pg_type')::timestamptz < looked_at - interval '1 day' then
        drop type changelog.restoring;
    end if;
    update changelog.installation
    set reconciled_at = looked_at
    where reconciled_at is null
    or reconciled_at < looked_at;
    return true;
end
$function$;
comment on function changelog.mark_reconciled() is 'Notes that every trigger is as it should be, if that is so';
