-- changelog.present_roots(target, ids): which ids belong to a current row of a table, for a role that does not trust
-- its owner: a superuser asks with that owner's rights, others with their own. Whatever code of the application did is
-- rolled back. Writes nothing, notifies nothing.
create or replace function changelog.present_roots(target oid, ids text[])
    returns text[]
    language plpgsql
    volatile
    set search_path = pg_catalog, pg_temp
    set jit = off
as $function$
declare
    condition text;
    present text[] := '{}';
begin
    if not changelog.reads_as_itself(target) then
        return changelog.present_targets(target, ids);
    end if;
    condition := changelog.key_condition(target, 'i.id');
    if condition is null then
        return present;
    end if;
    begin
        execute format(
            'select array(select distinct i.id from unnest($1) i (id) where exists (select from %s r where %s))',
            target::regclass, condition)
        into present
        using ids;
        -- always: the code that ran here leaves nothing behind
        raise exception using errcode = 'CLOG1';
    exception when sqlstate 'CLOG1' then
        null;
    end;
    return present;
end
$function$;
comment on function changelog.present_roots(oid, text[]) is
    'Which ids belong to a current row of a table; effects of its owner''s code are rolled back';
