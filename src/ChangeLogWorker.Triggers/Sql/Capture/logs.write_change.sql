-- logs.write_change(op, new_data, old_data, table, arguments): writes one change of a transaction that has its row
-- (logs.record_transaction), and returns its position. arguments (of the trigger, '' or missing if unused): 0 key
-- column, 1 columns of a composite key, 2 omitted columns, 3 the mask object if many columns are always masked, 4
-- 'log-no-op', 5 to 7 oid, schema and name of a partition's root, 8 other redacted columns (logs.redact_columns), 9 to
-- 11 JSON columns, hint and rules (logs.redact_json), 12 key columns to hash in record_id, or another treatment of the
-- key (changelog.key_treatment), 13 on the columns that are always masked. If only these are given, 4 is 'masked' and
-- they start at 5. An upgrade may only add arguments: triggers are updated after this function. Pins nothing itself
-- (measured: 2 microseconds a row): only changelog_capture may call it, from functions that do.
-- Writes logs.change, notifies nothing.
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
    record_id text;
    first_masked integer := 13;
    is_when text[];
    json_columns text[];
    is_suspect boolean := false;
    is_full boolean;
begin
    -- a caller of an earlier version leaves this to here, and one may be running while it is replaced
    if current_setting('changelog.transaction', true) is distinct from 'recorded' then
        perform logs.record_transaction();
    end if;
    if op = 'DELETE' then
        new_data := old_data;
        old_data := null;
    end if;
    record_id := new_data ->> arguments[0];
    if arguments[4] = 'masked' then
        first_masked := 5;
    elsif array_upper(arguments, 1) > 0 then
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
        if arguments[12] <> '' then
            if starts_with(arguments[12], '=') then
                record_id := logs.normalized_key(
                    new_data,
                    case when arguments[1] <> '' then arguments[1]::text[] else array[arguments[0]] end,
                    arguments[12]);
            else
                record_id := logs.hashed_key(new_data, record_id, arguments[1], arguments[12]::text[]);
            end if;
        end if;
    end if;
    if old_data is not null then
        old_data := logs.previous_data(old_data, new_data);
    end if;
    -- only now, so that a changed secret still counts as changed
    if first_masked = 13 and array_upper(arguments, 1) > 7 then
        if arguments[8] <> '' then
            is_when := array(
                select r."when"
                from jsonb_to_recordset(arguments[8]::jsonb) r ("when" text)
                -- if the column has been renamed, redact
                where not new_data ? r."when"
                or new_data ->> r."when" = 'true'
                or old_data ->> r."when" = 'true');
            new_data := logs.redact_columns(new_data, arguments[8]::jsonb, is_when);
            old_data := logs.redact_columns(old_data, arguments[8]::jsonb, is_when);
        end if;
        if arguments[9] <> '' then
            json_columns := arguments[9]::text[];
            for i in 1 .. array_upper(json_columns, 1) loop
                is_suspect := is_suspect
                    or coalesce(new_data ->> json_columns[i] ~* arguments[10], false)
                    or coalesce(old_data ->> json_columns[i] ~* arguments[10], false);
            end loop;
            if is_suspect then
                new_data := logs.redact_json(new_data, json_columns, arguments[10], arguments[11]::jsonb);
                old_data := logs.redact_json(old_data, json_columns, arguments[10], arguments[11]::jsonb);
            end if;
        end if;
    end if;
    if array_upper(arguments, 1) >= first_masked then
        is_full := arguments[3] <> '';
        if is_full then
            for i in first_masked .. array_upper(arguments, 1) loop
                is_full := is_full and new_data ->> arguments[i] is not null;
            end loop;
        end if;
        if is_full then
            new_data := new_data || arguments[3]::jsonb;
        else
            -- inlined logs.mask_columns: a call for each row would cost as much as a column
            for i in first_masked .. array_upper(arguments, 1) loop
                if new_data ->> arguments[i] is not null then
                    new_data := jsonb_set(new_data, array[arguments[i]], '"[redacted]"');
                end if;
            end loop;
        end if;
        if old_data is not null and old_data ?| arguments[first_masked:] then
            old_data := logs.mask_columns(old_data, arguments[first_masked:]);
        end if;
    end if;
    change_position := nextval('lib_event.position');
    insert into logs.change
        (position, xid, logged_at, table_oid, op, table_schema, table_name, record_id, record_data, previous_data)
    values (
        change_position,
        pg_current_xact_id(),
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
comment on function logs.write_change(text, jsonb, jsonb, oid, text, text, text[]) is
    'Writes one change, for the capture functions only';
