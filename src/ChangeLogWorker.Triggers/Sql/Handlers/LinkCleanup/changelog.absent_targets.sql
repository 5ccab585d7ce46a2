-- changelog.absent_targets(target, ids): which ids belong to no current record of a table. Never an id that its key
-- cannot have, and none at all if no columns of the server's own types identify its rows: then nothing proves a record
-- missing. Merely planning the query may run the application's code, so a table of an untrusted owner is read with that
-- owner's rights, otherwise with those of changelog_capture. Security definer. Writes nothing, notifies nothing.
create or replace function changelog.absent_targets(target oid, ids text[])
    returns text[]
    language plpgsql
    volatile -- it makes a function, and rolls it back
    security definer
    set search_path = pg_catalog, pg_temp
    -- otherwise rows hidden by a policy would count as missing
    set row_security = off
    set lock_timeout = '2s'
    set jit = off
as $function$
declare
    keys record;
    known text[];
    query text;
    lent text;
    absent text[];
begin
    keys := changelog.lookup_condition(target);
    if keys.columns is null then
        return '{}';
    end if;
    known := changelog.key_ids(ids, keys.castable, keys.known);
    if cardinality(known) = 0 then
        return '{}';
    end if;
    query := format(
        'select array(select i.id from unnest($1) i (id) where not exists (select from %s r where %s))',
        target::regclass,
        keys.same);

    begin
        if changelog.is_trusted(target)
            and has_schema_privilege((select c.relnamespace from pg_class c where c.oid = target), 'usage')
            and not exists (
                select from unnest(keys.columns) k (name) where not has_column_privilege(target, k.name, 'select'))
        then
            execute query into absent using known;
        else
            lent := changelog.lend_to_owner(target, 'text[]', 'text[]', query);
            if lent is not null then
                execute format('select %s($1)', lent) into absent using known;
            elsif changelog.may_look_up(target, keys.columns) then
                absent := logs.capture_lookup(query, known);
            else
                raise exception '%', changelog.lookup_rights(target, keys.columns)
                using errcode = 'insufficient_privilege';
            end if;
        end if;
        -- always: the code that ran here leaves nothing behind
        raise exception using errcode = 'CLOG1';
    exception when sqlstate 'CLOG1' then
        null;
    end;
    return coalesce(absent, '{}');
end
$function$;
comment on function changelog.absent_targets(oid, text[]) is
    'Which ids belong to no current record of a table';
