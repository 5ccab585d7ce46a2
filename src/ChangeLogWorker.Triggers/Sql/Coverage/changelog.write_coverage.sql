-- changelog.write_coverage: updates the coverage of one table after its triggers were reconciled. missed: why changes
-- since known_good may have been missed; known_good null means the last complete reconcile, 'infinity' that nothing can
-- have been missed (reconciled in the transaction that caused it).
-- Writes changelog.coverage, notifies nothing.
create or replace function changelog.write_coverage(target oid, missed text, known_good timestamptz)
returns void
language plpgsql
set search_path = pg_catalog, pg_temp
set jit = off
as $function$
declare
    seen constant timestamptz := clock_timestamp();
    wanted record;
    held changelog.coverage;
    gap_from timestamptz;
begin
    select t.table_oid, t.table_schema, t.table_name, t.captured, t.reason
    into wanted
    from changelog.tables(target) t
    where t.table_oid = t.root_oid;

    select *
    into held
    from changelog.coverage c
    where c.table_oid = target
      and c.valid_until is null;

    -- tools recreate their working tables every night: nobody needs the history of their exclusion
    if held.id is null and not wanted.captured and exists (
        select
        from changelog.default_exclusion f
        where not f.is_off
          and wanted.table_schema like f.schema_like
          and wanted.table_name like f.table_like)
    then
        return;
    end if;

    if wanted.captured then
        wanted.reason := coalesce(changelog.suspended_since(target), wanted.reason);
        wanted.captured := changelog.suspended_since(target) is null;
    end if;

    gap_from := case
        when missed is not null and held.captured then greatest(
            held.valid_from,
            coalesce(known_good, (select i.reconciled_at from changelog.installation i), held.valid_from))
    end;

    if gap_from < seen then
        update changelog.coverage set valid_until = gap_from where id = held.id;
        insert into changelog.coverage (table_oid, table_schema, table_name, captured, reason, valid_from, valid_until)
        values (target, held.table_schema, held.table_name, false, missed, gap_from, seen);
    elsif (held.table_schema, held.table_name, held.captured, held.reason)
          is distinct from (wanted.table_schema, wanted.table_name, wanted.captured, wanted.reason) then
        update changelog.coverage set valid_until = seen where id = held.id;
    else
        return;
    end if;

    insert into changelog.coverage (table_oid, table_schema, table_name, captured, reason, valid_from)
    select wanted.table_oid, wanted.table_schema, wanted.table_name, wanted.captured, wanted.reason, seen
    where wanted.table_oid is not null
    on conflict (table_oid) where valid_until is null do nothing;
end
$function$;
