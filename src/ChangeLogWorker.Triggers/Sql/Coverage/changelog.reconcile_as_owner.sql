-- changelog.reconcile_as_owner(target): what changelog.reconcile_table does, for the worker: who may make triggers on a
-- table can have its own code run as whoever writes there, and who may make capture's can forge the log. Rights of the
-- owner, which does no more than the plan of that table.
-- Writes triggers of that table and changelog.coverage, notifies nothing.
create or replace function changelog.reconcile_as_owner(target oid)
returns table (
    table_schema text,
    table_name text,
    action text,
    trigger_name text,
    reason text
)
language sql
security definer
set search_path = pg_catalog, pg_temp
as $function$
    select r.table_schema, r.table_name, r.action, r.trigger_name, r.reason
    from changelog.reconcile_table(target) r
$function$;
comment on function changelog.reconcile_as_owner(oid) is
    'Puts the triggers of a table right with the rights of ChangeLog''s owner';
