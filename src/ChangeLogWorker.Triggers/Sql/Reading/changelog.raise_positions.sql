-- changelog.raise_positions(): advances the log's sequences past what is stored: a restore sets them back, and a
-- position drawn twice is two changes under one id. A million to spare, for writers draw meanwhile and setval must
-- never go backwards. Returns whether lib_event.position had fallen behind.
-- Writes sequences, lib_event.event. Notifies lib_event.created.
create or replace function changelog.raise_positions()
    returns boolean
    language plpgsql
    security definer
    set search_path = pg_catalog, pg_temp
    set jit = off
as $function$
declare
    highest constant bigint := changelog.highest_position();
    own record;
    top bigint;
    drawn bigint;
    fell boolean := false;
begin
    if (select p.last_value < highest from lib_event.position p) then
        -- setval must never go backwards: whoever comes second finds it done
        insert into changelog.lock (name) values ('positions') on conflict do nothing;
        perform from changelog.lock l where l.name = 'positions' for update;
    end if;
    if (select p.last_value < highest from lib_event.position p) then
        perform setval('lib_event.position', highest + 1000000);
        perform lib_event.store('changelog.positions.raised', jsonb_build_object('above', highest));
        fell := true;
    end if;
    for own in
        select
            format('%I.%I', n.nspname, c.relname) as table_name,
            a.attname as column_name,
            d.objid::regclass as sequence
        from pg_depend d
        join pg_sequence s on s.seqrelid = d.objid
        join pg_class c on c.oid = d.refobjid
        join pg_namespace n on n.oid = c.relnamespace
        join pg_attribute a on a.attrelid = c.oid and a.attnum = d.refobjsubid
        where d.classid = 'pg_class'::regclass
        and d.refclassid = 'pg_class'::regclass
        and d.deptype = 'i'
        and n.nspname = 'changelog'
        and changelog.is_own(n.nspname, c.relname)
    loop
        execute format('select max(%I) from %s', own.column_name, own.table_name) into top;
        execute format('select last_value from %s', own.sequence) into drawn;
        if drawn < top then
            perform setval(own.sequence, top + 1000);
        end if;
    end loop;
    return fell;
end
$function$;
comment on function changelog.raise_positions() is
    'Puts the sequences of the log above what is there; whether the positions had fallen behind';
