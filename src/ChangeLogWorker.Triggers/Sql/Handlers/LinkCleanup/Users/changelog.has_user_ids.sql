-- changelog.has_user_ids(target): whether a table's id is a uuid that is unique by itself, so that it can identify
-- users. Writes nothing, notifies nothing.
create or replace function changelog.has_user_ids(target oid)
    returns boolean
    language sql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
    select exists (
        select
        from pg_attribute a
        join pg_index i
            on i.indrelid = a.attrelid
            and i.indisunique
            and i.indisvalid
            and i.indimmediate
            and i.indnkeyatts = 1
            and i.indkey[0] = a.attnum
            and i.indpred is null
        where a.attrelid = target
        and a.attname = 'id'
        and a.atttypid = 'uuid'::regtype)
$function$;
comment on function changelog.has_user_ids(oid) is 'Whether a table''s id is a uuid that is unique by itself';
