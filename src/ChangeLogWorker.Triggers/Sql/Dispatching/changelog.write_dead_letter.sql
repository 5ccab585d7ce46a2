-- changelog.write_dead_letter(handler, kind, position, ...): keeps a change or an event that a handler gives up on, in
-- the transaction that moves its cursor past it. logged_at is the change's; an event is found by its position alone.
-- Writes changelog.dead_letter, one open row for each handler and position, and returns its id. Notifies nothing.
create or replace function changelog.write_dead_letter(
    handler_name text,
    letter_kind text,
    letter_position bigint,
    change_logged_at timestamptz,
    error text,
    sqlstate text,
    error_type text,
    attempts integer,
    first_failed_at timestamptz)
    returns bigint
    language sql
    set search_path = pg_catalog, pg_temp
as $function$
    insert into changelog.dead_letter as d (
        handler, kind, position, logged_at, table_schema, table_name, op, record_id, event__id, event_type,
        error, sqlstate, error_type, attempts, first_failed_at, last_failed_at)
    select
        handler_name, letter_kind, letter_position, coalesce(e.created_at, change_logged_at, now()),
        c.table_schema, c.table_name, c.op, c.record_id, e.event__id, e.event_type,
        error, sqlstate, error_type, attempts, first_failed_at, clock_timestamp()
    from (select) as one
    left join logs.change c
        on letter_kind = 'change'
        and c.position = letter_position
        and c.logged_at = change_logged_at
    left join lib_event.event e
        on letter_kind = 'event'
        and e.position = letter_position
    on conflict (handler, kind, position) where resolved_at is null
    do update set
        error = excluded.error,
        sqlstate = excluded.sqlstate,
        error_type = excluded.error_type,
        attempts = d.attempts + excluded.attempts,
        last_failed_at = excluded.last_failed_at
    returning d.id
$function$;
