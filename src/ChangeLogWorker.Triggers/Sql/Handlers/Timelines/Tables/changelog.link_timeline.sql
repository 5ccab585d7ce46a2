-- changelog.link_timeline(timeline): adds the next foreign key that a timeline's table lacks, to its root or to the
-- users: one per call and thus transaction, so that each table is locked only briefly. On existing rows it is NOT
-- VALID: changelog.validate_timeline validates it without blocking writers. Returns whether it added one.
-- Writes a constraint of the timeline's table, and its name into changelog.timeline. Notifies nothing.
create or replace function changelog.link_timeline(timeline_name text)
    returns boolean
    language plpgsql
    set search_path = pg_catalog, pg_temp
    set lock_timeout = '2s'
as $function$
declare
    missing record;
    is_empty boolean;
    made text[];
begin
    -- one worker at a time; the other may be building an index
    perform changelog.take_lock('timeline', '20 seconds');
    select l.table_oid, l.own, l.referred, l.key, c.relkind
    into missing
    from changelog.timeline_link(timeline_name) l
    join changelog.timeline t on t.name = timeline_name and t.foreign_keys
    join pg_class c on c.oid = l.table_oid
    where l.constraint_name is null
    -- the server queries that table with this role's rights, so code in its owner's indexes would run with them
    and changelog.reads_as_itself(l.referred)
    limit 1;
    if not found then
        return false;
    end if;
    execute format('select not exists (select from %s)', missing.table_oid) into is_empty;
    made := array(select f.conname::text from pg_constraint f where f.conrelid = missing.table_oid and f.contype = 'f');
    execute format(
        'alter table %s add foreign key (%I) references %s (%I)%s',
        missing.table_oid, missing.own, missing.referred, missing.key,
        -- before PostgreSQL 18 a partitioned table cannot have a NOT VALID foreign key
        case when is_empty or missing.relkind = 'p' then '' else ' not valid' end);
    update changelog.timeline t
    set keys_made = t.keys_made || array(
        select f.conname::text
        from pg_constraint f
        where f.conrelid = missing.table_oid
        and f.contype = 'f'
        and f.conname <> all (made))
    where t.name = timeline_name;
    return true;
end
$function$;
comment on function changelog.link_timeline(text) is 'Adds the next foreign key that a timeline''s table lacks';
