-- changelog.set_notification_mode(mode): writes the mode into the doorbell, for all writers and workers; null means
-- WhenIdle. Where transactions may be prepared, any mode but Always acts as Never. Returns the mode before and the one
-- now in force. The lock keeps a worker that stays awake from writing back an older mode.
-- Writes changelog.awake_until. Notifies nothing.
create or replace function changelog.set_notification_mode(mode text, out before text, out now text)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $function$
declare
    awake_until bigint;
begin
    perform changelog.take_lock('doorbell', '10 seconds');
    awake_until := pg_sequence_last_value('changelog.awake_until');
    before := changelog.notification_mode();
    if mode = 'Always' then
        perform setval('changelog.awake_until', 0);
    elsif mode = 'Never' or current_setting('max_prepared_transactions') <> '0' then
        perform setval('changelog.awake_until', 9223372036854775807);
    elsif awake_until is null
        or awake_until in (0, 9223372036854775807)
        or awake_until < changelog.clock()
    then
        -- a worker is here, asleep
        perform setval('changelog.awake_until', changelog.clock());
    end if;
    now := changelog.notification_mode();
end
$function$;
comment on function changelog.set_notification_mode(text) is
    'Writes the mode into the doorbell: WhenIdle, Always or Never';
