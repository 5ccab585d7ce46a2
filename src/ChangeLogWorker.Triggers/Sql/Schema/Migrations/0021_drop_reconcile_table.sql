-- changelog.reconcile_table takes the command that is followed, so that an event can name it.
drop function if exists changelog.reconcile_table(oid, timestamptz);
