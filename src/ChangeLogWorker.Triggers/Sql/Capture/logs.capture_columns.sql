-- logs.capture_columns(row, relid): converts a row that to_jsonb rejects as a whole, column by column, fixed lengths
-- first. A column that fails, or would take the row past jsonb's 256 MB, goes to logs.capture_text. Read-only while a
-- cast runs, see logs.capture_row_change; set inside the block because newer servers refuse it as a set clause. Side
-- effects of casts are always rolled back. Writes nothing, notifies nothing.
create or replace function logs.capture_columns(captured record, relid oid)
    returns jsonb
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $function$
declare
    names text[] := '{}';
    contents jsonb[] := '{}';
    remaining bigint := 200000000;
    column_name text;
    content jsonb;
begin
    for column_name in
        select a.attname
        from pg_attribute a
        where a.attrelid = relid
        and a.attnum > 0
        and not a.attisdropped
        order by a.attlen < 0, a.attnum
    loop
        content := null;
        begin
            perform set_config('transaction_read_only', 'on', true);
            execute format('select coalesce(to_jsonb(($1).%I), ''null'')', column_name) into content using captured;
            raise exception using errcode = 'CLOG1';
        exception when others then
            null; -- logs.capture_text takes it, unless the cast was only rolled back
        end;
        -- small values always fit, even 1,600 of them, and keys are small
        if content is null or pg_column_size(content) > greatest(remaining, 1000) then
            content := logs.capture_text(captured, column_name, remaining);
        end if;
        remaining := remaining - pg_column_size(content);
        names := names || column_name;
        contents := contents || content;
    end loop;
    return (select coalesce(jsonb_object_agg(c.name, c.content), '{}') from unnest(names, contents) c (name, content));
end
$function$;
comment on function logs.capture_columns(record, oid) is
    'A row that to_jsonb rejects, column by column; what fails is marked, see logs.capture_text';
