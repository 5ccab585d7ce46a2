-- changelog.capture_source(target, key, masked, holding, hint, log_no_op): the body of a table's own row trigger
-- function: logs.capture_record and logs.write_change with everything they look up as constants. Only for tables that
-- can have one (changelog.own_function_obstacle). All names, types and operators are qualified, since search_path is
-- not pinned. A row that the function was not made for (a column missing, added or of another type, JSON that may hold
-- a redacted key), and any error before something is written, goes to logs.capture_record.
-- Writes nothing, notifies nothing.
create or replace function changelog.capture_source(
    target oid, key text[], masked text[], holding text[], hint text, log_no_op boolean)
    returns text
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
    set jit = off
    set quote_all_identifiers = off
as $function$
declare
    -- types whose = is true only for equal images
    exact constant oid[] := array[
        'boolean', 'smallint', 'integer', 'bigint', 'oid', 'uuid', 'text', 'varchar', 'date', 'time', 'timestamp',
        'timestamptz', 'bytea']::regtype[];
    -- types whose values differ as text whenever their images do
    plain constant oid[] := array['numeric', 'bpchar', 'name', 'interval', 'inet', 'cidr']::regtype[];
    -- masked before the row becomes JSON, which costs a fifth of changing the JSON: text that has room for the mask
    masked_first constant text[] := array(
        select a.attname::text
        from pg_attribute a
        where a.attrelid = target
          and a.attname = any (masked)
          and a.atttypid in ('text'::regtype, 'varchar'::regtype)
          and (a.atttypmod = -1 or a.atttypmod - 4 >= length('[redacted]'))
        order by a.attnum);
    next_column constant integer := (
        select max(a.attnum) + 1
        from pg_attribute a
        where a.attrelid = target
          and a.attnum > 0);
    differences text;
    images text;
    masking text := '';
begin
    select string_agg(
               format(
                   $difference$case when %1$s then %2$s else '{}' end$difference$,
                   case
                       when d.is_plain then d.differs
                       else format(
                           '%2$s and pg_catalog.jsonb_build_object(%1$L, old.%1$I)::pg_catalog.text'
                           ' operator(pg_catalog.<>) pg_catalog.jsonb_build_object(%1$L, new.%1$I)::pg_catalog.text',
                           d.name,
                           d.differs)
                   end,
                   format(
                       case
                           when d.name = any (masked) then
                               'case when (pg_catalog.jsonb_build_object(%1$L, old.%1$I) operator(pg_catalog.->>) %1$L)'
                               ' is null then %2$L else %3$L end::pg_catalog.jsonb'
                           else 'pg_catalog.jsonb_build_object(%1$L, old.%1$I)'
                       end,
                       d.name,
                       jsonb_build_object(d.name, null),
                       jsonb_build_object(d.name, '[redacted]'))),
               chr(10) || '                    operator(pg_catalog.||) ' order by d.attnum),
           string_agg(' and not ' || d.differs, '' order by d.attnum) filter (where not d.is_plain)
    into differences, images
    from (
        select c.*,
               format(
                   case
                       when c.is_equal and c.is_text then
                           '(case when old.%1$I is null then new.%1$I is not null else'
                           ' (old.%1$I operator(pg_catalog.=) new.%1$I collate pg_catalog."C") is not true end)'
                       when c.is_equal then
                           '(case when old.%1$I is null then new.%1$I is not null else'
                           ' (old.%1$I operator(pg_catalog.=) new.%1$I) is not true end)'
                       else
                           '(row(old.%1$I)::pg_catalog.record'
                           ' operator(pg_catalog.*<>) row(new.%1$I)::pg_catalog.record)'
                   end,
                   c.name) as differs
        from (
            select a.attnum,
                   a.attname::text as name,
                   a.atttypid = any (exact) as is_equal,
                   a.atttypid in ('text'::regtype, 'varchar'::regtype) as is_text,
                   a.atttypid = any (exact || plain) as is_plain
            from pg_attribute a
            where a.attrelid = target
              and a.attnum > 0
              and not a.attisdropped) c) d;

    if masked_first <> '{}' then
        masking := $shown$
            shown := coalesce(new, old);$shown$ || (
            select string_agg(
                format(
                    $mask$
            shown.%1$I := case when shown.%1$I is not null then '[redacted]' end;$mask$,
                    m.name),
                '' order by m.place)
            from unnest(masked_first) with ordinality m (name, place));
    end if;

    return format(
        $body$
declare
    nothing pg_catalog.record;
    new_data pg_catalog.jsonb;
    previous pg_catalog.jsonb;
    shown pg_catalog.record;
    is_recorded pg_catalog.bool;
begin
    begin
        if pg_catalog.has_column_privilege(tg_relid, %1$s::pg_catalog.int2, 'select') is null then
            if tg_op operator(pg_catalog.=) 'UPDATE' then
                previous := %2$s;%3$s
            end if;%4$s
            new_data := pg_catalog.to_jsonb(%5$s);%6$s
            is_recorded := logs.is_recorded();
        end if;
    exception when others then
        new_data := null;
    end;
    if new_data is null then
        perform logs.capture_record(
            tg_op, new, old, tg_relid, tg_table_schema, tg_table_name, tg_argv);
        return nothing;
    end if;%7$s
    if is_recorded is not true then
        perform logs.record_transaction();
    end if;
    insert into logs.change
        (position, xid, logged_at, table_oid, op, table_schema, table_name, record_id, record_data, previous_data)
    values (
        pg_catalog.nextval('lib_event.position'), pg_catalog.pg_current_xact_id(), pg_catalog.now(), tg_relid,
        tg_op::pg_catalog."char", tg_table_schema, tg_table_name, %8$s, new_data, previous);
    return nothing;
end
$body$,
        next_column,
        coalesce(differences, $none$'{}'$none$),
        case when not log_no_op then
            format(
                $unchanged$
                if previous operator(pg_catalog.=) '{}'%s then
                    return nothing;
                end if;$unchanged$,
                images)
        end,
        masking,
        case when masking = '' then 'coalesce(new, old)' else 'shown' end,
        (
            select format(
                $suspect$
            if (%s) is true then
                new_data := null;
            end if;$suspect$,
                string_agg(
                    format(
                        'new_data operator(pg_catalog.->>) %1$L operator(pg_catalog.~*) %2$L'
                        ' or previous operator(pg_catalog.->>) %1$L operator(pg_catalog.~*) %2$L',
                        h.name,
                        hint),
                    chr(10) || '                or ' order by h.place))
            from unnest(holding) with ordinality h (name, place)
            having count(*) > 0),
        (
            select string_agg(
                format(
                    $mask$
    if new_data operator(pg_catalog.->>) %1$L is not null then
        new_data := new_data operator(pg_catalog.||) %2$L;
    end if;$mask$,
                    m.name,
                    jsonb_build_object(m.name, '[redacted]')),
                '' order by m.place)
            from unnest(masked) with ordinality m (name, place)
            where m.name <> all (masked_first)),
        case cardinality(key)
            when 1 then format('new_data operator(pg_catalog.->>) %L', key[1])
            else coalesce(
                (
                    select format('pg_catalog.jsonb_build_array(%s)::pg_catalog.text', string_agg(
                        format('new_data operator(pg_catalog.->) %L', k.name), ', ' order by k.place))
                    from unnest(key) with ordinality k (name, place)
                    having count(*) > 0),
                'null')
        end);
end
$function$;
comment on function changelog.capture_source(oid, text[], text[], text[], text, boolean) is
    'The body of a table''s own row trigger function';
