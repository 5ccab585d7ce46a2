-- changelog.has_another_key(target): whether a table's row trigger was created for another key than the table's current
-- one. The key is its first two arguments; trailing empty ones are omitted. False without a trigger.
-- Writes nothing, notifies nothing.
create or replace function changelog.has_another_key(target oid)
    returns boolean
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
begin
    return exists (
        select
        from pg_trigger g
        cross join changelog.key_columns(target) k
        cross join lateral changelog.trigger_arguments(array[
            case when cardinality(k.columns) = 1 then k.columns[1] else '' end,
            case when cardinality(k.columns) > 1 then k.columns::text else '' end]) key
        where g.tgrelid = target
        and g.tgname = '!changelog_row_' || target
        and g.tgparentid = 0
        and substring(g.tgargs || decode('0000', 'hex') for length(key)) <> key);
end
$function$;
comment on function changelog.has_another_key(oid)
    is 'Whether a table''s row trigger was made for another key than its current one';
