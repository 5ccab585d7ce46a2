-- changelog.is_trusted(target): whether the owners of a table, of those that inherit from it and of their schemas may
-- act as the current role anyway: then reading it is safe. Index expressions, policies and types of anyone else may be
-- code that a read runs with the reader's rights. Writes nothing, notifies nothing.
create or replace function changelog.is_trusted(target oid)
    returns boolean
    language sql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
    with recursive part as (
        select is_trusted.target as oid
        union
        select i.inhrelid
        from pg_inherits i
        join part p on p.oid = i.inhparent
    )
    select coalesce(bool_and(
        c.relkind in ('r', 'p')
        and pg_has_role(c.relowner, current_user, 'member')
        and pg_has_role(
            -- only the database's owner is a member of that role
            case when n.nspowner::regrole::text = 'pg_database_owner' then b.datdba else n.nspowner end,
            current_user,
            'member')), false)
    from part p
    join pg_class c on c.oid = p.oid
    join pg_namespace n on n.oid = c.relnamespace
    join pg_database b on b.datname = current_database()
$function$;
comment on function changelog.is_trusted(oid) is 'Whether a table''s owner may act as the current role anyway';
