-- changelog.reconcile_as_owner(target): changelog.reconcile_table for the worker. Anyone who may create triggers on a
-- table can run code as whoever writes to it, and anyone who may create capture's can forge the log; so this runs with
-- the owner's rights, and does nothing but carry out that table's plan.
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
    'Reconciles the triggers of a table with the rights of ChangeLog''s owner';
