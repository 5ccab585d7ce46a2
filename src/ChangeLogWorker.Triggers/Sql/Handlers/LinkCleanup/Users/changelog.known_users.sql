-- changelog.known_users(ids): which of these ids are existing users; none if that cannot be seen. Security definer, to
-- read the users' ids. Writes nothing, notifies nothing.
create or replace function changelog.known_users(ids uuid[])
    returns uuid[]
    language plpgsql
    stable
    security definer
    set search_path = pg_catalog, pg_temp
as $function$
declare
    users oid := changelog.users_table();
    absent uuid[];
begin
    if users is null or cardinality(ids) = 0 then
        return '{}';
    end if;
    absent := changelog.absent_users(users, ids);
    if absent is null then
        return '{}';
    end if;
    return array(
        select i.id from unnest(ids) i (id) where i.id is not null
        except
        select a.id from unnest(absent) a (id));
end
$function$;
comment on function changelog.known_users(uuid[]) is 'Which ids are existing users';
