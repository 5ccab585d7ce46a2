-- The one sequence that numbers transactions, changes and events. CACHE 1: a cached block could give a record's later
-- change the lower position. Each installation starts beyond what any earlier one can have reached, at a million
-- positions a second, so the positions of a restored log never collide. Below 2^53 for 285 years, safe for readers of
-- JSON.
create sequence lib_event.position as bigint cache 1;
comment on sequence lib_event.position is
    'Drawn by every transaction, change and event as it is written; an order within a record, never a measure of '
    'completeness';

do $position$
declare
    microseconds constant bigint :=
        extract(epoch from clock_timestamp() - timestamptz '2026-01-01 00:00:00+00') * 1000000;
begin
    if microseconds > 0 then
        perform setval('lib_event.position', microseconds);
    end if;
end
$position$;
