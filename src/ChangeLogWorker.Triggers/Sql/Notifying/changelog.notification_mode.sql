-- changelog.notification_mode(): the mode in force, read from the doorbell: WhenIdle, Always or Never. If transactions
-- may be prepared, WhenIdle acts as Never: no writer announces.
-- Writes nothing, notifies nothing.
create or replace function changelog.notification_mode()
    returns text
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
declare
    awake_until bigint := pg_sequence_last_value('changelog.awake_until');
begin
    return case
        when awake_until = 0 then 'Always'
        when awake_until = 9223372036854775807 then 'Never'
        when current_setting('max_prepared_transactions') <> '0' then 'Never'
        else 'WhenIdle'
    end;
end
$function$;
comment on function changelog.notification_mode() is
    'When writers announce what they record: WhenIdle (no worker is awake), Always or Never';
