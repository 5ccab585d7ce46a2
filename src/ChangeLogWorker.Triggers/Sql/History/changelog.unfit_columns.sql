-- changelog.unfit_columns(root): the columns of a table that cannot be filled from the log: their types would run code
-- of somebody else for it, or cannot hold the mask that the log holds in its place.
-- Writes nothing, notifies nothing.
create or replace function changelog.unfit_columns(root oid)
    returns text[]
    language sql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
    select array(
        select a.attname::text
        from pg_attribute a
        join pg_type t on t.oid = a.atttypid
        where a.attrelid = root
        and a.attnum > 0
        and not a.attisdropped
        and (
            changelog.type_carries_code(t.oid)
            or t.typcategory <> 'S'
            and t.oid not in ('json'::regtype, 'jsonb'::regtype)
            and exists (
                select
                from jsonb_array_elements(changelog.redaction_of(root) -> 'columns') r (rule)
                where r.rule ->> 'column' = a.attname
                and not r.rule ? 'when')))
$function$;
comment on function changelog.unfit_columns(oid) is 'The columns of a table that cannot be filled from the log';
