-- Append-only: UPDATE, DELETE and TRUNCATE of what was recorded are refused. The routine logs.refuse_change replaces this
-- first, unconditional one. Partitions inherit row guards, not TRUNCATE guards: those come from changelog.make_partitions.
create function logs.refuse_change()
    returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $function$
begin
    raise exception '% of %.% is refused', tg_op, tg_table_schema, tg_table_name;
end
$function$;

create trigger refuse_change before update or delete on logs.transaction
    for each row execute function logs.refuse_change('own context');
create trigger refuse_change before update or delete on logs.change
    for each row execute function logs.refuse_change();
create trigger refuse_change before update or delete on lib_event.event
    for each row execute function logs.refuse_change();

create trigger refuse_truncate before truncate on logs.transaction
    for each statement execute function logs.refuse_change();
create trigger refuse_truncate before truncate on logs.transaction_default
    for each statement execute function logs.refuse_change();
create trigger refuse_truncate before truncate on logs.change
    for each statement execute function logs.refuse_change();
create trigger refuse_truncate before truncate on logs.change_default
    for each statement execute function logs.refuse_change();
create trigger refuse_truncate before truncate on lib_event.event
    for each statement execute function logs.refuse_change();
