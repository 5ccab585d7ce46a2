-- changelog.absent_users(target, ids): which of these ids are missing in a users table; null if that cannot be seen: a
-- right is missing, or a policy may hide rows. Security definer. Writes nothing, notifies nothing.
create or replace function changelog.absent_users(target oid, ids uuid[])
    returns uuid[]
    language plpgsql
    stable
    security definer
    set search_path = pg_catalog, pg_temp
as $function$
begin
    if not changelog.has_user_ids(target)
        or not (
            select has_schema_privilege(c.relnamespace, 'usage')
                and has_column_privilege(c.oid, 'id', 'select')
                and not row_security_active(c.oid)
            from pg_class c
            where c.oid = target)
    then
        return null;
    end if;
    return changelog.absent_targets(
        target,
        array(select i.id::text from unnest(ids) i (id) where i.id is not null))::uuid[];
end
$function$;
comment on function changelog.absent_users(oid, uuid[]) is
    'Which ids are missing in a users table; null: unknown';
