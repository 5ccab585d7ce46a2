-- The one sequence that numbers transactions, changes and events. CACHE 1: a cached block would give a record's later
-- change the lower position. Each installation begins where no earlier one can have got to, a million positions a
-- second: a log that is restored into another installation meets none of its positions. Below 2^53 for 285 years, so
-- that readers of JSON are safe.
create sequence lib_event.position as bigint cache 1;
comment on sequence lib_event.position is
    'Drawn by every transaction, change and event as it is written; an order within a record, never a measure of '
    'completeness';

do $position$
declare
    seconds constant bigint := extract(epoch from clock_timestamp() - timestamptz '2026-01-01 00:00:00+00')::bigint;
begin
    if seconds > 0 then
        perform setval('lib_event.position', seconds * 1000000);
    end if;
end
$position$;
