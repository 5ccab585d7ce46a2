-- changelog.users_table(): the configured users table (ChangeLog:Platform:UsersTable); null if none is configured, it
-- does not exist, or it has no unique uuid id. No table is assumed by its name: whoever may create a schema could
-- create one. In PL/pgSQL, which keeps the plan: each page asks. Writes nothing, notifies nothing.
create or replace function changelog.users_table()
    returns regclass
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
begin
    return (
        select c.oid
        from changelog.capture_setting s
        -- from the catalog: to_regclass requires USAGE on the schema
        join pg_namespace n on n.nspname = split_part(s.users_table, '.', 1)
        join pg_class c on c.relnamespace = n.oid and c.relname = substr(s.users_table, strpos(s.users_table, '.') + 1)
        where c.relkind in ('r', 'p')
        and changelog.has_user_ids(c.oid));
end
$function$;
comment on function changelog.users_table() is
    'The table that user_id refers to; null: none, and user_id is always null';
