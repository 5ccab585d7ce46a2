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
    compared text;
    taking text := 'new_data := pg_catalog.to_jsonb(%s);';
    masking text := '';
begin
    select string_agg(
        format(
            case when d.is_plain then $differs$
                if (%2$s) then
                    previous := previous operator(pg_catalog.||) %3$s;
                end if;$differs$
            else $images$
                if (%2$s) then
                    is_changed := true;
                    if pg_catalog.jsonb_build_object(%1$L, old.%1$I)::pg_catalog.text
                        operator(pg_catalog.<>) pg_catalog.jsonb_build_object(%1$L, new.%1$I)::pg_catalog.text
                    then
                        previous := previous operator(pg_catalog.||) %3$s;
                    end if;
                end if;$images$
            end,
            d.name,
            format(
                case
                    when d.is_equal and d.is_text then
                        'case when old.%1$I is null then new.%1$I is not null else'
                        ' (old.%1$I operator(pg_catalog.=) new.%1$I collate pg_catalog."C") is not true end'
                    when d.is_equal then
                        'case when old.%1$I is null then new.%1$I is not null else'
                        ' (old.%1$I operator(pg_catalog.=) new.%1$I) is not true end'
                    else 'row(old.%1$I)::pg_catalog.record operator(pg_catalog.*<>) row(new.%1$I)::pg_catalog.record'
                end,
                d.name),
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
        '' order by d.attnum)
    into compared
    from (
        select a.attnum,
               a.attname::text as name,
               a.atttypid = any (exact) as is_equal,
               a.atttypid in ('text'::regtype, 'varchar'::regtype) as is_text,
               a.atttypid = any (exact || plain) as is_plain
        from pg_attribute a
        where a.attrelid = target
          and a.attnum > 0
          and not a.attisdropped) d;

    if masked_first <> '{}' then
        taking := 'shown := %s;';
        masking := (
            select string_agg(
                format(
                    $mask$
            shown.%1$I := case when shown.%1$I is not null then '[redacted]' end;$mask$,
                    m.name),
                '' order by m.place)
            from unnest(masked_first) with ordinality m (name, place))
            || $json$
            new_data := pg_catalog.to_jsonb(shown);$json$;
    end if;

    return format(
        $body$
declare
    nothing pg_catalog.record;
    op pg_catalog."char";
    new_data pg_catalog.jsonb;
    previous pg_catalog.jsonb;
    shown pg_catalog.record;
    is_changed pg_catalog.bool := %1$L;
begin
    begin
        if pg_catalog.has_column_privilege(tg_relid, %2$s::pg_catalog.int2, 'select') is null
            and not logs.distrusts_marker()
        then
            if tg_op operator(pg_catalog.=) 'INSERT' then
                %7$s
                op := 'I';
            elsif tg_op operator(pg_catalog.=) 'UPDATE' then
                previous := '{}';%3$s
                if not is_changed and previous operator(pg_catalog.=) '{}' then
                    return nothing;
                end if;
                %7$s
                op := 'U';
            else
                %8$s
                op := 'D';
            end if;%9$s%6$s
        end if;
    exception when others then
        op := null;
    end;
    if op is null then
        perform logs.capture_record(
            tg_op, new, old, tg_relid, tg_table_schema, tg_table_name, tg_argv);
        return nothing;
    end if;%4$s
    if pg_catalog.current_setting('changelog.transaction', true)
        operator(pg_catalog.=) pg_catalog.pg_current_xact_id()::pg_catalog.text is not true
    then
        perform logs.record_transaction();
    end if;
    insert into logs.change
        (position, xid, logged_at, table_oid, op, table_schema, table_name, record_id, record_data, previous_data)
    values (
        pg_catalog.nextval('lib_event.position'), pg_catalog.pg_current_xact_id(), pg_catalog.now(), tg_relid, op,
        tg_table_schema, tg_table_name, %5$s, new_data, previous);
    return nothing;
end
$body$,
        log_no_op,
        next_column,
        compared,
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
        end,
        (
            select format(
                $suspect$
            if (%s) is true then
                op := null;
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
        format(taking, 'new'),
        format(taking, 'old'),
        masking);
end
$function$;
comment on function changelog.capture_source(oid, text[], text[], text[], text, boolean) is
    'The body of a table''s own row trigger function';
