-- changelog.rebuild_timeline(timeline, after, upto, max_rows): one page of a rebuild: derives the entries of the next
-- max_rows changes and events beyond a position. Existing entries stay: an entry has the same id however often it is
-- derived. at is how far the page went, null at the end. The caller holds the cursor of the timeline's handler.
-- Writes what changelog.fill_timeline does. Notifies nothing.
create or replace function changelog.rebuild_timeline(
    timeline_name text,
    after bigint,
    upto bigint,
    max_rows integer,
    out at bigint,
    out entries bigint,
    out written bigint,
    out skipped bigint)
    language plpgsql
    set search_path = pg_catalog, pg_temp
    set jit = off
as $function$
declare
    changes bigint[];
    events bigint[];
    logged_from timestamptz;
    logged_until timestamptz;
begin
    changes := array(
        select c.position
        from logs.change c
        where c.position > after
        and c.position <= upto
        order by c.position
        limit max_rows);
    events := array(
        select e.position
        from lib_event.event e
        where e.position > after
        and e.position <= upto
        order by e.position
        limit max_rows);
    select p.changes, p.events, p.upto
    into changes, events, at
    from changelog.merge_positions(changes, events, null, max_rows) p;
    select min(c.logged_at), max(c.logged_at)
    into logged_from, logged_until
    from logs.change c
    where c.position = any (changes);
    select f.entries, f.written, f.skipped
    into entries, written, skipped
    from changelog.fill_timeline(timeline_name, changes, logged_from, logged_until, events, false) f;
end
$function$;
comment on function changelog.rebuild_timeline(text, bigint, bigint, integer) is 'One page of a timeline''s rebuild';
