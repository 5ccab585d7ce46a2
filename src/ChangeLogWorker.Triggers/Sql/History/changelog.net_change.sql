-- changelog.net_change(old_row, new_row): what has become of a record between two moments, in the form of a change:
-- create, update or delete, null if nothing. A column that one of the rows does not have is null in it.
-- Writes nothing, notifies nothing.
create or replace function changelog.net_change(
    old_row jsonb, new_row jsonb, out action text, out record_data jsonb, out previous_data jsonb)
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
declare
    nulls jsonb;
begin
    if old_row is null or new_row is null then
        action := case when old_row is not null then 'delete' when new_row is not null then 'create' end;
        record_data := coalesce(old_row, new_row);
    elsif old_row::text <> new_row::text then
        select jsonb_object_agg(k.name, null)
        into nulls
        from jsonb_object_keys(old_row || new_row) k (name);
        previous_data := logs.previous_data(nulls || old_row, nulls || new_row);
        if previous_data = '{}' then
            previous_data := null;
        else
            action := 'update';
            record_data := nulls || new_row;
        end if;
    end if;
end
$function$;
comment on function changelog.net_change(jsonb, jsonb) is 'What has become of a record between two moments';
