-- changelog.install_guards(by): restores the guards of append-only tables, and writes the event
-- changelog.schema.restored, which says what was different and who found it. Returns the same as sentences.
-- Writes triggers of the log, lib_event.event. Notifies lib_event.created.
create or replace function changelog.install_guards(by jsonb)
    returns setof text
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $function$
declare
    step record;
    done text[] := '{}';
begin
    for step in select p.sentence, p.statement from changelog.guard_plan() p order by p.sentence
    loop
        execute step.statement;
        done := done || step.sentence;
    end loop;
    if done <> '{}' then
        perform changelog.write_event('changelog.schema.restored', by, jsonb_build_object('different', done));
    end if;
    return query select s.sentence from unnest(done) s (sentence);
end
$function$;
comment on function changelog.install_guards(jsonb) is
    'Restores the guards of append-only tables, with an event';
