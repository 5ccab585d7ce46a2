-- changelog.note_uncaptured: notes in the coverage that rows of a table have just changed unseen by any trigger (a
-- rewrite, a dropped partition), or, with still, that a table cannot be captured for now: since the last complete
-- reconcile, if its triggers were there before.
-- Writes changelog.coverage, notifies nothing.
create or replace function changelog.note_uncaptured(target oid, why text, still boolean default false)
returns void
language plpgsql
set search_path = pg_catalog, pg_temp
set jit = off
as $function$
declare
    wanted record;
    starting timestamptz := clock_timestamp();
begin
    select t.root_oid, t.root_schema, t.root_name
    into wanted
    from changelog.tables(target) t
    where t.captured;

    if not found then
        return;
    end if;

    if still then
        update changelog.coverage c
        set valid_until = case
            when c.captured then greatest(c.valid_from, coalesce(i.reconciled_at, c.valid_from))
            else starting
        end
        from changelog.installation i
        where c.table_oid = wanted.root_oid
          and c.valid_until is null
          and (not c.captured and c.reason <> why
               or c.captured and exists (select from changelog.trigger_plan(target) p where p.missed))
        returning c.valid_until into starting;
        starting := coalesce(starting, clock_timestamp());
    end if;

    insert into changelog.coverage (table_oid, table_schema, table_name, captured, reason, valid_from, valid_until)
    values (
        wanted.root_oid, wanted.root_schema, wanted.root_name, false, why, starting,
        case when not still then starting end)
    on conflict (table_oid) where valid_until is null do nothing;
end
$function$;
