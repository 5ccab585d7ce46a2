-- In which (sub)transaction the row of the session's last recorded transaction was written. Only the session's own
-- value counts (currval), which nobody but capture can set; the setting changelog.transaction any writer can.
create sequence changelog.marked as bigint cache 1;
comment on sequence changelog.marked is
    'currval: the (sub)transaction in which this session last wrote a row of logs.transaction; for others it means nothing';
comment on column logs.transaction.db_user is
    'Session user; the application cannot forge it. Null: the row was lost, and written later by the sweep';

-- the routine of that name replaces this first one
create function logs.mark_transaction()
    returns trigger
    language plpgsql
as $function$
begin
    return null;
end
$function$;
create trigger mark_transaction after insert on logs.transaction
    for each row execute function logs.mark_transaction();
-- always, for so may capture be (Capture:FireAlways)
do $migration$
declare
    partition regclass;
begin
    for partition in select t.relid from pg_catalog.pg_partition_tree('logs.transaction') t order by t.level desc loop
        execute pg_catalog.format('alter table %s enable always trigger mark_transaction', partition);
    end loop;
end
$migration$;
